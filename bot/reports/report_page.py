"""The report as a page that stands alone: to be read, printed on A4 and sent on. What is in it: `report`."""

from bot.reports.chart import alt as chart_alt
from bot.reports.chart import chart_for_page
from bot.reports.pages import page, picture
from bot.reports.report import Report
from bot.reports.report_rows import grids, headline, period_name, sections
from bot.reports.wording import day
from bot.texts import Translator
from domain.breakdowns import FEWEST_IN_REPORT


def draw_report(t: Translator, of: Report) -> bytes:
    """The report as a page to read, print and send on, in UTF-8. Equal reports make equal bytes."""
    written = page(
        "report",
        language=t.language,
        community=of.community,
        headline=headline(t, of),
        sections=sections(t, of),
        grids=grids(t, of),
        chart=picture(chart_for_page(t, of.weeks)),
        chart_alt=chart_alt(t, of.weeks),
        quotes=of.quotes,
        texts={
            "title": t.plain("reports.report.title"),
            "period": period_name(t, of),
            "lead": t.plain("reports.report.lead"),
            "weeks": t.plain("reports.report.weeks"),
            "quotes": t.plain("reports.report.quotes"),
            "method": t.plain("reports.report.method"),
            "method_text": t.plain("reports.report.method_text"),
            "small": t.plain("reports.report.small"),
            "small_text": t.plain("reports.report.small_text", k=FEWEST_IN_REPORT),
            "untold": t.plain("reports.report.untold") if of.until is None else t.plain("reports.report.later"),
            "made": t.plain("reports.report.made", day=day(t, of.made)),
        },
    )
    return written.encode()
