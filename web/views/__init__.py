"""The viewer's addresses, one blueprint for each noun: from a request to a page or a file.

Last step of the viewer: `library` reads, `layout` arranges, these answer.
"""

from __future__ import annotations

from web.views.api import api
from web.views.cards import cards
from web.views.embed import embed
from web.views.feeds import feeds
from web.views.files import files
from web.views.people import people
from web.views.posts import posts
from web.views.proofs import proofs
from web.views.quotes import quotes
from web.views.search import search
from web.views.sessions import sessions
from web.views.standing import standing

BLUEPRINTS = (posts, proofs, files, sessions, people, search, quotes, api, embed, cards, feeds, standing)
