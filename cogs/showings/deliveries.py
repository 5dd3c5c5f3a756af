"""Carrying out what a showing wants done: each kind of intention, from its ids to the forum."""

from __future__ import annotations

from collections.abc import Mapping

from bot.outcomes import Moot, Refused, Unknown
from bot.services import showings
from bot.services.showings import Seen, looking
from bot.services.showings.looking import ShowingView
from bot.texts import Translator, catalogue
from cogs import forum
from cogs.forum import Post
from cogs.messenger import Carrier, Messenger
from cogs.showings import cards, forms
from domain.model import AskId, Community, Intention, Member, ProblemKind, ShowingId, ShowingSource, UserId

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
        return await _left_behind(messenger, intention)
    look = cards.look(_told(view), view, view.showing.text)
    made = await forum.put_post(messenger, intention, _forum(view.community), look)
    await _follows(messenger, intention, made, view.showing.maker)
    return {"thread": made.thread, "message": made.message}


async def _left_behind(messenger: Messenger, intention: Intention) -> Ids:
    """What an attempt has left of something that is not to be posted any more: once known, it is cleared away."""
    view = await looking.unposted(messenger.tools, _id(intention))
    if view is None or view.community.channels.showings is None:
        raise Moot
    buttons = cards.post(_told(view), view, forms.EMPTY)
    found = await forum.find_post(messenger, intention, view.community.channels.showings, buttons)
    if found is None:
        raise Moot
    return {"thread": found.thread, "message": found.message}


async def _follows(messenger: Messenger, intention: Intention, post: Post, maker: Member) -> None:
    """The post is ours, so Discord would not tell its maker of answers."""
    if maker.user is None:
        return
    try:
        await messenger.add(intention, post.thread, maker.user)
    except Unknown as gone:
        if gone.what != "user":  # who is not on the server follows nothing
            raise


async def _edit(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.editing(messenger.tools, _id(intention))
    if view is None or view.showing.text is None:
        raise Moot
    await forum.change_post(messenger, intention, _ours(view), cards.look(_told(view), view, view.showing.text))
    return NOTHING


async def _close(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.closing(messenger.tools, _id(intention))
    if view is None:
        raise Moot
    post = _ours(view)
    if view.showing.source is ShowingSource.HAND:
        await messenger.delete(intention, post.thread, post.message)
    else:
        await forum.clear_post(messenger, intention, post, cards.taken_back(_told(view)), view.showing.maker.user)
    return NOTHING


def _ours(view: ShowingView) -> Post:
    """Where our message stands."""
    showing = view.showing
    if showing.thread is None or showing.message is None:
        raise Moot
    return Post(showing.thread, showing.message)


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
    await forum.tag_post(messenger, intention, thread, cards.tags(_told(view), view.showing))
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
