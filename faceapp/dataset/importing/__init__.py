"""Promise: folders and CSVs come in whole or are refused by name; nothing else is touched."""

from typing import TYPE_CHECKING

from faceapp.facades import lazily

if TYPE_CHECKING:
    from faceapp.dataset.importing.importer import import_images
    from faceapp.dataset.importing.layouts import LAYOUTS
    from faceapp.dataset.importing.planning import plan_import
    from faceapp.dataset.importing.tables import (
        LabelRow,
        LabelTable,
        csv_columns,
        read_label_csv,
    )
    from faceapp.dataset.importing.values import (
        CsvRefused,
        ImportOptions,
        ImportPlan,
        ImportRefused,
        ImportReport,
        Refused,
        UnknownColumn,
    )
    from faceapp.dataset.importing.walking import FoundFile, NotInSource, SourceFiles, find_files

__all__ = [
    "LAYOUTS",
    "CsvRefused",
    "FoundFile",
    "ImportOptions",
    "ImportPlan",
    "ImportRefused",
    "ImportReport",
    "LabelRow",
    "LabelTable",
    "NotInSource",
    "Refused",
    "SourceFiles",
    "UnknownColumn",
    "csv_columns",
    "find_files",
    "import_images",
    "plan_import",
    "read_label_csv",
]

__getattr__ = lazily(
    __name__,
    {
        "importer": "import_images",
        "layouts": "LAYOUTS",
        "planning": "plan_import",
        "tables": "LabelRow LabelTable csv_columns read_label_csv",
        "values": "CsvRefused ImportOptions ImportPlan ImportRefused ImportReport Refused "
        "UnknownColumn",
        "walking": "FoundFile NotInSource SourceFiles find_files",
    },
)
