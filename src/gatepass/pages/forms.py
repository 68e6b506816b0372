"""Forms as browsers send them."""

from urllib.parse import parse_qsl

MOST_FIELDS = 16


def read_form(raw: bytes) -> dict[str, str]:
    """Return the fields of a form that was sent URL-encoded; of anything else, none."""
    return dict(read_pairs(raw, MOST_FIELDS))


def read_pairs(raw: bytes, most: int) -> list[tuple[str, str]]:
    """Return names and values in their order, a name as often as it came; of too many, none."""
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=most)
    except ValueError:
        return []
