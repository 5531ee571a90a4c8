from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels import form

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12) | st.from_regex(r"[\w~.+/=&% -]{0,20}")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.dictionaries(TEXT, TEXT, max_size=6))
def test_a_form_is_what_the_standard_library_writes(fields):
    assert form.write(fields) == urlencode(fields)


def test_each_byte_is_quoted_as_the_standard_library_does():
    every = {"every": "".join(map(chr, range(0x800))), "码": "收 ￥"}
    assert form.write(every) == urlencode(every)
    assert form.write({"a": "x-1_.~", "b": "码 +", "c": ""}) == "a=x-1_.~&b=%E7%A0%81+%2B&c="
