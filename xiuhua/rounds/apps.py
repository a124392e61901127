from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "xiuhua.rounds"
    label = "rounds"
