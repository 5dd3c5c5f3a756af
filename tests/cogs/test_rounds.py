"""A round as people meet it: what they see, press, type and are told."""

from __future__ import annotations

from tests.world import REVIEW, said, text_of, world


async def test_a_round_from_opening_to_close(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, bob = await w.people(2)
        await w.open_round()
        assert "2" in text_of(w.opening)
        answer = await ada.sign_up()
        assert "You're in for round 1" in said(answer)
        await w.draw()
        (thread,) = w.pairing_threads()
        assert w.in_thread(thread) == {ada.id, bob.id}
        welcome = thread.history()[0]
        print(thread.name)
        print(text_of(welcome))
        shown = await bob.press(welcome, "pairing.review")
        done = await bob.fill(shown, **REVIEW)
        print(said(done))
        review = thread.last_message
        print(text_of(review))
        tapped = await ada.press(review, "review.specific")
        print(said(tapped))
        print(said(await ada.slash("round status")))
        print(said(await bob.slash("round status")))
        print(said(await bob.slash("round why")))
        await w.until((await w.round()).closes_at)
        print(text_of(w.round_channel.last_message))
        print("\n".join(w.requests()))
