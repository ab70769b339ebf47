"""The base of all that goes to and from the page: unknown entries are refused."""

from pydantic import BaseModel, ConfigDict


class Schema(BaseModel):
    """Checked when it comes in; whole, with its defaults, when it goes out."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)
