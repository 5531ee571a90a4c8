"""The first start stands in the same folder and over the same room as the settings."""

from tests.ui.pages.settings.conftest import (  # noqa: F401 - fixtures are found by their names
    document,
    files,
    folder,
    keyring,
    room,
    type_wechat,
)
