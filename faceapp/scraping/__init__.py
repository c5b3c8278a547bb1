"""Promise: nothing is dialled that was not allowed, and nothing is kept that shows no face."""

from faceapp.scraping.agreement import (
    NOTICE,
    NotAgreed,
    remember_agreement,
    sites_to_agree_to,
)
from faceapp.scraping.collecting import Judged, Tools, collect
from faceapp.scraping.control import Clock, Control
from faceapp.scraping.credits import Credit, credits_of, write_credits
from faceapp.scraping.downloader import Downloader, FetchRefused, Limits
from faceapp.scraping.engines import ENGINES, Engine, Licence, find_engine
from faceapp.scraping.judging import Rules
from faceapp.scraping.phrases import (
    Phrase,
    PhrasesUnreadable,
    all_phrases,
    languages_of,
    own_table,
    phrases_for,
    read_phrases,
    shipped_phrases,
    write_phrases,
)
from faceapp.scraping.planning import (
    ScrapeRefused,
    Wish,
    images_by_class,
    resume_scrape,
    start_scrape,
    unfinished_scrape,
)
from faceapp.scraping.report import QueryReport, ScrapeReport, report_on
from faceapp.scraping.transport import Dialler

__all__ = [
    "ENGINES",
    "NOTICE",
    "Clock",
    "Control",
    "Credit",
    "Dialler",
    "Downloader",
    "Engine",
    "FetchRefused",
    "Judged",
    "Licence",
    "Limits",
    "NotAgreed",
    "Phrase",
    "PhrasesUnreadable",
    "QueryReport",
    "Rules",
    "ScrapeRefused",
    "ScrapeReport",
    "Tools",
    "Wish",
    "all_phrases",
    "collect",
    "credits_of",
    "find_engine",
    "images_by_class",
    "languages_of",
    "own_table",
    "phrases_for",
    "read_phrases",
    "remember_agreement",
    "report_on",
    "resume_scrape",
    "shipped_phrases",
    "sites_to_agree_to",
    "start_scrape",
    "unfinished_scrape",
    "write_credits",
    "write_phrases",
]
