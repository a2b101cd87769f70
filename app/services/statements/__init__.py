"""Bank statements: a file is checked, its lines are matched, posted, and can be taken back as a whole."""

from app.services.statements.articles import ARTICLES, article_ids
from app.services.statements.choose import choose, propose_for, reconsider, skip
from app.services.statements.load import check_file
from app.services.statements.match import count_states, match_lines
from app.services.statements.post import PostingResult, post_statement
from app.services.statements.take_back import take_back
from app.services.statements.words import left_out_text, reason_text, refusal_text, warning_text

__all__ = [
    "ARTICLES",
    "PostingResult",
    "article_ids",
    "check_file",
    "choose",
    "count_states",
    "left_out_text",
    "match_lines",
    "post_statement",
    "propose_for",
    "reason_text",
    "reconsider",
    "refusal_text",
    "skip",
    "take_back",
    "warning_text",
]
