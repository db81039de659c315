"""The books, and what a book is."""

from pydantic import BaseModel


class Book(BaseModel):
    id: int
    title: str
    author: str


BOOKS = [
    Book(id=1, title="The Name of the Rose", author="Umberto Eco"),
    Book(id=2, title="Invisible Cities", author="Italo Calvino"),
    Book(id=3, title="If on a winter's night a traveler", author="Italo Calvino"),
]


def find(text: str) -> list[Book]:
    """Books whose title or author contains a text."""
    text = text.lower()
    return [book for book in BOOKS if text in book.title.lower() or text in book.author.lower()]
