from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "xiuhua.cases"
    label = "cases"

    def ready(self) -> None:
        from xiuhua.cases.word_index import lay_word_index

        post_migrate.connect(lay_word_index, sender=self, dispatch_uid="cases-words")
