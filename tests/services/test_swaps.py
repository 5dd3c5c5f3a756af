"""A proposal from the offer and the want to everybody's yes, or to its end; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services import avoiding, members, privacy, skills
from bot.services import swaps as service
from bot.services.swaps.looking import swap_view
from domain.errors import AllSaidYes, NotYours, OnPause, ProposalOver, TooOld
from domain.model import (
    ActKind,
    Answer,
    CommunityId,
    Intention,
    LegState,
    ListingKind,
    ListingState,
    Member,
    Swap,
    SwapId,
    SwapState,
)
from storage.engine import Database
from tests.services.barter import DAY, HOURS_72, Barter, answers, ids, legs, who

OFFER, WANT = ListingKind.OFFER, ListingKind.WANT


@pytest.fixture
async def barter(db: Database) -> Barter:
    return await Barter.start(db)


# What is proposed


async def test_two_who_match_are_proposed_to_each_other_at_once(barter: Barter) -> None:
    ada = await barter.person("weaving", "film")
    await barter.look()
    assert await barter.swaps() == []
    ben = await barter.person("film", "weaving")
    await barter.look()
    proposed = await barter.proposed()
    assert legs(proposed) == {(ada.id, ben.id, "weaving"), (ben.id, ada.id, "film")}
    assert answers(proposed) == {ada.id: Answer.NONE, ben.id: Answer.NONE}
    assert proposed.expires_at == proposed.proposed_at + HOURS_72
    assert [(one["_kind"], one.get("member")) for one in await barter.cluster.said() if "swap" in one] == [
        ("swap.thread", None),
        ("swap.add", proposed.members[0].id),
        ("swap.add", proposed.members[1].id),
        ("swap.welcome", None),
    ]


async def test_a_ring_is_kept_in_its_order(barter: Barter) -> None:
    people = await barter.ring(3)
    await barter.look()
    proposed = await barter.proposed()
    assert who(proposed) == ids(people)
    for at, leg in enumerate(proposed.legs):
        assert leg.teacher.id == proposed.members[at].id
        assert leg.learner.id == proposed.legs[(at + 1) % 3].teacher.id


async def test_one_leg_paid_in_time_credits(barter: Barter) -> None:
    ada, ben = await barter.person("weaving"), await barter.person("", "weaving")
    await barter.look()
    proposed = await barter.proposed()
    assert proposed.on_credit
    assert [one.id for one in proposed.members] == [ada.id, ben.id]


async def test_what_has_been_looked_for_is_not_looked_for_again(barter: Barter) -> None:
    await barter.person("weaving", "film")
    assert await barter.unsought()
    await barter.look()
    assert not await barter.unsought()
    assert (await barter.next_due() or barter.now) > barter.now


async def test_who_avoids_somebody_is_not_proposed_them(barter: Barter) -> None:
    ada, ben = await barter.person("weaving", "film"), await barter.person("film", "weaving")
    await avoiding.avoid_firm(barter.cluster.tools, ada, ben.firm.id)
    await barter.look()
    assert await barter.swaps() == []


async def test_who_has_left_the_server_is_noticed_before_anybody_is_asked(barter: Barter) -> None:
    ada, ben = await barter.person("weaving", "film"), await barter.person("film", "weaving")
    carl = await barter.person("film", "")
    assert ben.user
    barter.cluster.away.add(ben.user)
    await barter.look()
    assert who(await barter.proposed()) == {ada.id, carl.id}
    assert (await barter.cluster.member(ben.id)).state == "left"


# Yes


async def test_when_all_have_said_yes_the_sessions_begin(barter: Barter) -> None:
    people = await barter.ring(3)
    await barter.look()
    proposed = await barter.proposed()
    for one in people[:2]:
        assert (await barter.accept(one, proposed)).state is SwapState.PROPOSED
    agreed = await barter.accept(people[2], proposed)
    assert agreed.state is SwapState.AGREED
    assert {leg.state for leg in agreed.legs} == {LegState.AGREED}
    assert len(await barter.cluster.said("swap.agreed")) == 1
    assert len(await barter.cluster.log(ActKind.SWAP_ACCEPTED)) == 3
    for one in people:  # twice is once
        assert (await barter.accept(one, proposed)).state is SwapState.AGREED
    assert len(await barter.cluster.log(ActKind.SWAP_ACCEPTED)) == 3
    await barter.wait(4 * DAY)
    assert (await barter.swap(proposed.id)).state is SwapState.AGREED


async def test_a_yes_can_become_a_no_until_all_have_said_yes(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    proposed = await barter.proposed()
    await barter.accept(ada, proposed)
    await barter.decline(ada, proposed)
    ended = await barter.swap(proposed.id)
    assert (ended.state, answers(ended)[ada.id]) == (SwapState.ENDED, Answer.DECLINED)
    with pytest.raises(ProposalOver):
        await barter.accept(ben, proposed)
    with pytest.raises(ProposalOver):
        await barter.decline(ben, proposed)


async def test_no_and_no_again_is_once(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    proposed = await barter.proposed()
    await barter.decline(ada, proposed)
    assert (await barter.decline(ada, proposed)).state is SwapState.ENDED
    await service.may_decline(barter.cluster.tools, ada, proposed.id)
    with pytest.raises(ProposalOver):
        await barter.decline(ben, proposed)
    assert len(await barter.cluster.log(ActKind.SWAP_DECLINED)) == 1


async def test_nobody_declines_what_all_agreed_to(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    proposed = await barter.proposed()
    await barter.accept(ada, proposed)
    await barter.accept(ben, proposed)
    with pytest.raises(AllSaidYes):
        await service.may_decline(barter.cluster.tools, ada, proposed.id)
    with pytest.raises(AllSaidYes):
        await barter.decline(ada, proposed)


async def test_a_button_is_for_those_who_were_asked(barter: Barter) -> None:
    await barter.ring(2)
    stranger = await barter.person()
    await barter.look()
    proposed = await barter.proposed()
    for deed in (service.accept, service.decline, service.may_decline):
        with pytest.raises(NotYours):
            await deed(barter.cluster.tools, stranger, proposed.id)
        with pytest.raises(TooOld):
            await deed(barter.cluster.tools, stranger, SwapId(999))
    elsewhere = await Barter.start(barter.db, key=2)
    foreigner = await elsewhere.person()
    with pytest.raises(TooOld):
        await elsewhere.accept(foreigner, proposed)


# No, and silence


async def test_a_no_ends_it_and_the_others_are_served_at_once(barter: Barter) -> None:
    ada, _ben, carl = await barter.ring(3)
    await barter.look()
    ring = await barter.proposed()
    dora = await barter.person("skill2", "skill0")  # ada and she match, once she is looked at
    await barter.accept(ada, ring)
    await barter.decline(carl, ring)
    await barter.look()
    ended = await barter.swap(ring.id)
    assert ended.state is SwapState.ENDED
    assert {leg.state for leg in ended.legs} == {LegState.DROPPED}
    assert len(await barter.cluster.said("swap.ended")) == 1
    repaired = await barter.proposed()
    assert (who(repaired), repaired.instead_of) == ({ada.id, dora.id}, ring.id)
    assert [one.member_id for one in await barter.cluster.log(ActKind.SWAP_DECLINED)] == [carl.id]


async def test_nobody_is_ever_proposed_again_what_they_declined(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    await barter.decline(ada, await barter.proposed())
    await barter.wait(200 * DAY)
    for later in (await barter.swaps())[1:]:
        assert legs(later) != legs((await barter.swaps())[0])
        assert {one for one in legs(later) if ada.id in one[:2]} != legs((await barter.swaps())[0])
    assert ben.id


async def test_seventy_two_hours_and_not_a_second_less(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    proposed = await barter.proposed()
    await barter.accept(ada, proposed)
    await barter.until(proposed.expires_at - timedelta(seconds=1))
    assert (await barter.swap(proposed.id)).state is SwapState.PROPOSED
    barter.cluster.clock.at = proposed.expires_at
    with pytest.raises(ProposalOver):  # however late the machine is
        await barter.accept(ben, proposed)
    await barter.look()
    ended = await barter.swap(proposed.id)
    assert (ended.state, answers(ended)) == (SwapState.ENDED, {ada.id: Answer.ACCEPTED, ben.id: Answer.SILENT})


async def test_who_was_silent_is_asked_the_same_again_after_sixty_days_only(barter: Barter) -> None:
    await barter.ring(2)
    await barter.look()
    first = await barter.proposed()
    await barter.until(first.expires_at + 59 * DAY)
    assert all(legs(one) != legs(first) for one in (await barter.swaps())[1:])
    await barter.wait(9 * DAY)
    assert any(legs(one) == legs(first) for one in (await barter.swaps())[1:])


async def test_a_proposal_nobody_could_see_is_nobodys_silence(barter: Barter) -> None:
    barter.discord_works = False
    people = await barter.ring(2)
    await barter.look()
    first = await barter.proposed()
    await barter.until(first.expires_at)
    assert set(answers(await barter.swap(first.id)).values()) == {Answer.NONE}
    again = await barter.proposed()
    assert legs(again) == legs(first)
    assert who(again) == ids(people)


async def test_the_three_days_begin_when_the_thread_is_there(barter: Barter) -> None:
    barter.discord_works = False
    await barter.ring(2)
    await barter.look()
    proposed = await barter.proposed()
    await barter.until(proposed.proposed_at + 2 * DAY)
    arrived = service.ARRIVALS["swap.thread"]
    async with barter.db.write() as tx:
        await arrived(tx, _intention(proposed.id), {"thread": 5}, barter.now)
        await service.ARRIVALS["swap.welcome"](tx, _intention(proposed.id), {"message": 6}, barter.now)
    shown = await barter.swap(proposed.id)
    assert (shown.thread, shown.message, shown.expires_at) == (5, 6, barter.now + HOURS_72)
    await barter.until(shown.expires_at - timedelta(seconds=1))
    assert (await barter.swap(proposed.id)).state is SwapState.PROPOSED
    await barter.until(shown.expires_at)
    assert (await barter.swap(proposed.id)).state is SwapState.ENDED


def _intention(swap: SwapId) -> Intention:
    return Intention(1, CommunityId(1), "k", "l", "swap.thread", {"swap": swap}, 1, None)


# Somebody goes


@pytest.mark.parametrize("how", ["leaves", "is erased", "pauses", "takes it off"])
async def test_whoever_goes_leaves_nobody_waiting(barter: Barter, how: str) -> None:
    ada, _ben, carl = await barter.ring(3)
    await barter.look()
    ring = await barter.proposed()
    dora = await barter.person("skill2", "skill0")
    await barter.accept(ada, ring)
    tools, community = barter.cluster.tools, await barter.cluster.community()
    match how:
        case "leaves":
            await members.leave(tools, carl)
        case "is erased":
            await privacy.erase(tools, carl)
        case "pauses":
            await members.pause(tools, community, carl, 1)
        case _:
            await barter.take_off(carl, WANT, "skill1")
    due = await barter.next_due()
    assert due is not None
    assert due <= barter.now
    await barter.look()
    ended = await barter.swap(ring.id)
    assert (ended.state, answers(ended)[carl.id]) == (SwapState.ENDED, Answer.LEFT)
    assert who(await barter.proposed()) == {ada.id, dora.id}
    assert await swap_view(tools, ring.id)


async def test_who_says_yes_a_moment_after_somebody_left_is_told_and_served(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    proposed = await barter.proposed()
    dora = await barter.person("skill1", "skill0")
    await members.leave(barter.cluster.tools, ben)
    with pytest.raises(ProposalOver):
        await barter.accept(ada, proposed)
    assert (await barter.swap(proposed.id)).state is SwapState.ENDED
    await barter.look()
    again = await barter.proposed()
    assert (who(again), again.instead_of) == ({ada.id, dora.id}, proposed.id)


# Somebody does not want to meet somebody any more


@pytest.mark.parametrize("how", ["a person", "a firm", "their firm now"])
async def test_who_is_not_to_meet_any_more_is_not_kept_in_one_proposal(barter: Barter, how: str) -> None:
    ada, ben, carl = await barter.ring(3)
    await barter.look()
    ring = await barter.proposed()
    dora = await barter.person("skill2", "skill0", firm="Shunned")
    await barter.look()
    await barter.accept(ada, ring)
    await fall_out(barter, ben, carl, how)
    due = await barter.next_due()
    assert due is not None
    assert due <= barter.now
    await barter.look()
    ended = await barter.swap(ring.id)
    assert ended.state is SwapState.ENDED
    # Nothing that is kept or said tells who it was: it ends as any other.
    assert answers(ended) == {ada.id: Answer.ACCEPTED, ben.id: Answer.NONE, carl.id: Answer.NONE}
    (told,) = await barter.cluster.said("swap.ended")
    assert told.keys() == {"swap", "_kind", "_state", "_key"}
    assert who(await barter.proposed()) == {ada.id, dora.id}


async def fall_out(barter: Barter, one: Member, other: Member, how: str) -> None:
    """From now on the first does not want to meet the second."""
    tools, community = barter.cluster.tools, await barter.cluster.community()
    match how:
        case "a person":
            assert other.user
            await avoiding.avoid_person(tools, one, other.user)
        case "a firm":
            await avoiding.avoid_firm(tools, one, other.firm.id)
        case _:
            await avoiding.avoid_firm_named(tools, one, "Shunned")
            mover = other if how == "their firm now" else one
            await members.edit(tools, community, mover, members.Application("Shunned", "crafts", "weaver"))


async def test_a_yes_does_not_bring_those_together_who_are_not_to_meet(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    proposed = await barter.proposed()
    dora = await barter.person("skill1", "skill0")
    await barter.accept(ada, proposed)
    await fall_out(barter, ada, ben, "a person")
    with pytest.raises(ProposalOver):
        await barter.accept(ben, proposed)
    ended = await barter.swap(proposed.id)
    assert (ended.state, answers(ended)) == (SwapState.ENDED, {ada.id: Answer.ACCEPTED, ben.id: Answer.ACCEPTED})
    await barter.look()
    assert dora.id in who(await barter.proposed())


async def test_whose_own_firm_is_on_their_list_still_swaps_with_others(barter: Barter) -> None:
    ada, ben = await barter.person("weaving", "film"), await barter.person("film", "weaving")
    await barter.cluster.join("Shunned", "crafts")
    await fall_out(barter, ada, ben, "my firm now")
    await barter.look()
    assert who(await barter.proposed()) == {ada.id, ben.id}


# Somebody never says anything


async def test_who_is_silent_twice_in_a_row_is_left_in_peace_and_told_once(barter: Barter) -> None:
    ada = await silent_twice(barter)
    assert [one.member.id for one in await barter.listed() if one.member.id == ada.id] == []
    (told,) = await barter.cluster.said("swap.quiet")
    assert told["member"] == ada.id
    asked = await barter.times_proposed(ada)
    await barter.wait(80 * DAY)
    assert await barter.times_proposed(ada) == asked
    assert len(await barter.cluster.said("swap.quiet")) == 1


async def test_one_click_brings_back_who_was_left_in_peace_and_two_silences_count_anew(barter: Barter) -> None:
    ada = await silent_twice(barter)
    await skills.renew_all(barter.cluster.tools, ada, lapsed=True)
    assert {one.skill.name for one in await barter.listed() if one.member.id == ada.id} == {"skill0", "weaving"}
    await silence_of(barter, ada)
    assert len(await barter.cluster.said("swap.quiet")) == 1
    await silence_of(barter, ada)
    assert len(await barter.cluster.said("swap.quiet")) == 2


async def test_who_said_anything_in_between_was_not_silent_twice(barter: Barter) -> None:
    ada = await barter.person("skill0", "weaving")
    await silence_of(barter, ada)
    await barter.decline(ada, await some_proposal(barter, ada))
    await silence_of(barter, ada)
    assert await barter.cluster.said("swap.quiet") == []


async def test_what_is_being_served_stays_as_it_is(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    agreed = await barter.proposed()
    for one in (ada, ben):
        await barter.accept(one, agreed)
    await silence_of(barter, ada)
    await silence_of(barter, ada)
    assert [one.kind for one in await barter.listed() if one.member.id == ada.id] == [WANT]


async def silent_twice(barter: Barter) -> Member:
    ada = await barter.person("skill0", "weaving")
    await silence_of(barter, ada)
    assert await barter.cluster.said("swap.quiet") == []
    await silence_of(barter, ada)
    return ada


async def silence_of(barter: Barter, member: Member) -> None:
    """They are proposed something, the other one says yes, and they say nothing."""
    proposed = await some_proposal(barter, member)
    for one in proposed.members:
        if one.id != member.id:
            await barter.accept(one.member, proposed)
    await barter.until(proposed.expires_at)


async def some_proposal(barter: Barter, member: Member) -> Swap:
    """Somebody new wants what they show, and they may be asked once more."""
    await barter.wait(8 * DAY)
    await barter.person("", "skill0")
    await barter.look()
    (mine,) = [one for one in await barter.swaps(SwapState.PROPOSED) if member.id in who(one)]
    return mine


async def test_who_went_on_pause_is_told_so(barter: Barter) -> None:
    ada, _ben = await barter.ring(2)
    await barter.look()
    proposed = await barter.proposed()
    paused = await members.pause(barter.cluster.tools, await barter.cluster.community(), ada, 1)
    with pytest.raises(OnPause):
        await barter.accept(paused, proposed)


async def test_what_has_merely_lapsed_can_still_be_said_yes_to(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    proposed = await barter.proposed()
    await barter.change(state=ListingState.EXPIRED)
    await barter.look()
    await barter.accept(ada, proposed)
    assert (await barter.accept(ben, proposed)).state is SwapState.AGREED
