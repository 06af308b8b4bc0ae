@register
class Plugin(Base, option=1):
    limit: int = 10

    @property
    def name(self):
        return super().name
