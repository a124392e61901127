from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "xiuhua.programme"
    label = "programme"
