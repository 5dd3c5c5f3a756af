"""Carrying out what a showing wants done: each kind of intention, from its ids to the forum."""

from __future__ import annotations

from collections.abc import Mapping

from bot.outcomes import Moot, Refused
from bot.services import showings
from bot.services.showings import Seen, looking
from bot.services.showings.looking import ShowingView
from bot.texts import Translator, catalogue
from cogs import forum
from cogs.messenger import Carrier, Messenger
from cogs.showings import cards
from domain.model import AskId, Community, Intention, ProblemKind, ShowingId, ShowingSource, UserId

Ids = Mapping[str, int]
NOTHING: Ids = {}


def _id(intention: Intention) -> ShowingId:
    return ShowingId(int(intention.args["showing"]))


def _forum(community: Community) -> int:
    if community.channels.showings is None:
        raise Refused(ProblemKind.CHANNEL_GONE, "showings")
    return community.channels.showings


def _told(view: ShowingView) -> Translator:
    """A post is for everybody, so it is in the community's language."""
    return catalogue(view.community.language)


async def _post(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.posting(messenger.tools, _id(intention))
    if view is None or view.showing.text is None:
        raise Moot
    t, text = _told(view), view.showing.text
    card, tags = cards.post(t, view, text), cards.tags(t, view.showing)
    made = await forum.put_post(messenger, intention, _forum(view.community), cards.title(t, text), card, tags)
    return {"thread": made, "message": made}  # the first message of a post has the post's id


async def _edit(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.editing(messenger.tools, _id(intention))
    if view is None or view.showing.text is None or view.showing.thread is None:
        raise Moot
    t, text = _told(view), view.showing.text
    card, tags = cards.post(t, view, text), cards.tags(t, view.showing)
    title = cards.title(t, text)
    await forum.change_post(messenger, intention, _forum(view.community), view.showing.thread, title, card, tags)
    return NOTHING


async def _close(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.closing(messenger.tools, _id(intention))
    if view is None or view.showing.thread is None:
        raise Moot
    showing, thread = view.showing, view.showing.thread
    if showing.source is ShowingSource.HAND:
        if showing.message is not None:
            await messenger.delete(intention, thread, showing.message)
    else:
        await forum.clear_post(messenger, intention, thread, cards.taken_back(_told(view)))
    return NOTHING


async def _standing(messenger: Messenger, intention: Intention) -> tuple[ShowingView, int]:
    view = await looking.standing(messenger.tools, _id(intention))
    if view is None or view.showing.thread is None:
        raise Moot
    return view, view.showing.thread


async def _note(messenger: Messenger, intention: Intention) -> Ids:
    view, thread = await _standing(messenger, intention)
    return {"message": await messenger.post(intention, thread, cards.note(_told(view), view))}


async def _tag(messenger: Messenger, intention: Intention) -> Ids:
    view, thread = await _standing(messenger, intention)
    tags = cards.tags(_told(view), view.showing)
    await forum.tag_post(messenger, intention, _forum(view.community), thread, tags)
    return NOTHING


async def _check(messenger: Messenger, intention: Intention) -> Ids:
    view, thread = await _standing(messenger, intention)
    post = await forum.read_post(messenger, intention, thread)
    seen = [Seen(UserId(one.author.id), one.id, one.created_at) for one in post.first_messages]
    await showings.checked(messenger.tools, view.showing.id, seen, is_locked=post.locked)
    return NOTHING


async def _ask(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.ask_view(messenger.tools, AskId(int(intention.args["ask"])))
    if view is None:
        raise Moot
    await messenger.tell(intention, view.asked, cards.ask(catalogue(view.asked.language), view))
    return NOTHING


async def _round_up(messenger: Messenger, intention: Intention) -> Ids:
    since, until = int(intention.args["since"]), int(intention.args["until"])
    view = await looking.round_up(messenger.tools, intention.community, since, until)
    if view is None:
        raise Moot
    if view.community.channels.round is None:
        raise Refused(ProblemKind.CHANNEL_GONE, "round")
    card = cards.round_up(catalogue(view.community.language), view)
    return {"message": await messenger.post(intention, view.community.channels.round, card)}


CARRIERS: dict[str, Carrier] = {
    "showing.post": _post,
    "showing.edit": _edit,
    "showing.close": _close,
    "showing.note": _note,
    "showing.tag": _tag,
    "showing.check": _check,
    "showing.ask": _ask,
    "showing.roundup": _round_up,
}
