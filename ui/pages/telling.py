"""Small shapes of words that the office's pages share."""


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
