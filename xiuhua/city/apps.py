from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CityConfig(AppConfig):
    name = "xiuhua.city"
    label = "city"

    def ready(self) -> None:
        from xiuhua.city.stamps import lay_stamps

        post_migrate.connect(lay_stamps, sender=self, dispatch_uid="city-stamps")
