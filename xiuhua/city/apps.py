from django.apps import AppConfig


class CityConfig(AppConfig):
    name = "xiuhua.city"
    label = "city"
