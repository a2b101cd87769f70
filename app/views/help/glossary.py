"""The words of the business that a newcomer asks about; docs/words.md holds the rest."""

from app.texts import lazy

TERMS: tuple[tuple[str, str], ...] = (
    (lazy("Lead"), lazy("a possible client: nothing has been sold yet")),
    (lazy("Contact person"), lazy("somebody on the client's side whom we call or write to")),
    (lazy("Terms of sale (agreement)"), lazy("prices, discount, stages of payment and credit limit given to a client")),
    (lazy("Deal"), lazy("one possible sale, moved through stages until it is won or lost")),
    (lazy("Funnel"), lazy("how many deals reach each stage, and how many fall out")),
    (lazy("Interaction"), lazy("a call, meeting or letter, done or planned")),
    (lazy("Next step"), lazy("the planned act with a date that keeps a deal alive")),
    (lazy("Invoice"), lazy("our request for payment; posted, it makes the client owe by stages")),
    (lazy("Posting"), lazy("the document begins to count: debts, stock and money change")),
    (lazy("Draft"), lazy("a document that is kept but does not count yet")),
    (lazy("Stage of payment"), lazy("the part of a sum that falls due on one day")),
    (lazy("Due date"), lazy("the last day on which a payment is in time")),
    (lazy("Overdue"), lazy("the due date has passed and something is still open")),
    (lazy("Receivables"), lazy("what clients owe us, by age of the debt")),
    (lazy("Allocation"), lazy("the part of a payment that settles one debt")),
    (lazy("Advance"), lazy("money of a client that settles nothing yet")),
    (lazy("Matching"), lazy("finding which invoices a payment of the bank statement settles")),
    (lazy("Purpose of payment"), lazy("the free text of a payment, which names invoices and VAT")),
    (lazy("INN"), lazy("taxpayer number: ten digits for a company, twelve for a person")),
    (lazy("KPP"), lazy("code of the reason for tax registration; a branch has its own")),
    (lazy("VAT"), lazy("value added tax; the rate depends on the product and the day")),
    (lazy("Price type"), lazy("a price list with a name: retail, dealer's, purchase")),
    (lazy("Service request"), lazy("a client asks for help with a machine")),
    (lazy("Visit"), lazy("a trip of an engineer or manager to a client")),
    (lazy("Slot"), lazy("free time in an engineer's day")),
    (lazy("Maintenance"), lazy("work repeated by a schedule; its next day stands on the equipment")),
    (lazy("Claim"), lazy("a client's complaint with a deadline, a person at fault and a decision")),
    (lazy("Responsible person"), lazy("who answers for a client; by this managers see their own records")),
)
