from django.apps import AppConfig


class FrameConfig(AppConfig):
    """What every door shares: pages to extend, parts, menu, and the built browser files."""

    name = "xiuhua.doors.frame"
    label = "frame"
