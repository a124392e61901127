from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "xiuhua.campaigns"
    label = "campaigns"
