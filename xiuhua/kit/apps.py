from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "xiuhua.kit"
    label = "kit"
