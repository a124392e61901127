from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "xiuhua.ledger"
    label = "ledger"

    def ready(self) -> None:
        from xiuhua.ledger import kinds  # noqa: F401  (fills the dictionary)
