from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    name = "xiuhua.enforcement"
    label = "enforcement"
