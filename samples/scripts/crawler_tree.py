"""Crawls two small sites: every page is fetched by a task of its own, all pages of one depth at the same time."""

import asyncio
from typing import NamedTuple

LINKS = {
    "a.example": ["a.example/docs", "a.example/blog"],
    "a.example/docs": ["a.example/docs/api", "a.example/docs/guide"],
    "a.example/blog": ["a.example/blog/first"],
    "b.example": ["b.example/news"],
    "b.example/news": ["b.example/news/old", "b.example/broken"],
}


class Page(NamedTuple):
    url: str
    children: list


async def fetch(url):
    await asyncio.sleep(0.1)
    if url.endswith("broken"):
        raise OSError("cannot fetch " + url)
    return LINKS.get(url, [])


async def crawl(url):
    links = await fetch(url)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(crawl(link)) for link in links]
    return Page(url, [task.result() for task in tasks])


def leaves(error):
    """The failures at the bottom of a group of groups."""
    if isinstance(error, ExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]


def show(page, depth=0):
    print("  " * depth + page.url)
    for child in page.children:
        show(child, depth + 1)


async def main():
    for result in await asyncio.gather(crawl("a.example"), crawl("b.example"), return_exceptions=True):
        if isinstance(result, Page):
            show(result)
        else:
            print("failed:", ", ".join(map(str, leaves(result))))


asyncio.run(main())
