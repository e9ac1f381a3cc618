"""Hold a file's data against what is there: who is registered, what is open, what the member may do where."""

from collections import defaultdict
from collections.abc import Sequence

from skypurser.access import four_eyes
from skypurser.access.actors import Actor, Place
from skypurser.access.permissions import Permission
from skypurser.electronic import openings
from skypurser.importing.content import AccountRow, BalanceRow, ClientRow, Content, Named, OfficeRow
from skypurser.importing.flaws import Flaws
from skypurser.importing.plan import AccountKey, Holder, Plan
from skypurser.importing.reading import Row
from skypurser.importing.sheets import ACCOUNTS, BALANCES, CLIENTS, NOTE, OFFICES
from skypurser.ledger.queries import Standing, standings
from skypurser.ledger.states import Status
from skypurser.parties import enrolling
from skypurser.parties.registering import ClientData, OfficeData, Party, place_of

_OPENS = frozenset({OFFICES.name, CLIENTS.name, ACCOUNTS.name})


def permitted(rows: Sequence[Row], *, actor: Actor, flaws: Flaws) -> None:
    """Note the sheets and columns that it takes a permission to import which the actor has not, once each."""
    blamed: set[tuple[str, str]] = set()

    def need(permission: Permission, sheet: str, column: str = "") -> None:
        if permission not in actor.permissions and (sheet, column) not in blamed:
            blamed.add((sheet, column))
            flaws.add(sheet, 0, column, "permission_denied", permission=permission.value)

    for row in rows:
        sheet = row.sheet.name
        need(Permission.NEW_ACCOUNT if sheet in _OPENS else Permission.CREDIT_AND_DEBIT, sheet)
        for column in row.sheet.columns:
            if column.is_managing and column.name in row.cells and column is not NOTE:
                need(Permission.ACCOUNT_MANAGEMENT, sheet, column.name)
            if column.is_closing and column.name in row.cells:
                need(Permission.CUT_OFF, sheet, column.name)


def check(content: Content, *, actor: Actor, flaws: Flaws) -> Plan:
    """Return what is to be written; what does not hold is noted. Inside `acting_for`, under the lock of imports."""
    checker = _Checker(content, actor, flaws)
    for office in content.offices:
        checker.party(office)
    for client in content.clients:
        checker.party(client)
    for account in content.accounts:
        checker.account(account)
    for balance in content.balances:
        checker.balance(balance)
    return checker.plan


class _Checker:
    """What is there, and what was found of the file so far."""

    def __init__(self, content: Content, actor: Actor, flaws: Flaws) -> None:
        self.plan = Plan()
        self._actor, self._flaws, self._unsure = actor, flaws, content.unsure
        named = [*content.accounts, *content.balances]
        codes = {True: {row.data.code for row in content.offices}, False: {row.data.code for row in content.clients}}
        for one in named:
            codes[one.is_agency].add(one.code)
        self._parties: dict[Holder, tuple[Party, OfficeData | ClientData]] = {
            (True, code, ""): found
            for code, found in enrolling.offices(codes[True], carrier_id=actor.carrier_id).items()
        }
        for (code, city), client in enrolling.clients(codes[False], carrier_id=actor.carrier_id).items():
            self._parties[False, code, city] = client
        self._places: dict[Holder, Place] = {holder: party.place for holder, (party, _) in self._parties.items()}
        self._cities: dict[str, set[str]] = defaultdict(set)
        for is_agency, code, city in self._places:
            if not is_agency:
                self._cities[code].add(city)
        by_party = {(holder[0], party.id): holder for holder, (party, _) in self._parties.items()}
        ids = [party.id for party, _ in self._parties.values()]
        self._open: dict[AccountKey, int] = {
            (by_party[is_agency, party_id], currency): account_id
            for (is_agency, party_id, currency), account_id in openings.existing(
                ids, carrier_id=actor.carrier_id
            ).items()
            if (is_agency, party_id) in by_party
        }
        self._standings: dict[int, Standing] = {}
        if content.balances and self._open:
            self._standings = standings(carrier_id=actor.carrier_id, account_ids=list(self._open.values()))
        self._thresholds = four_eyes.thresholds(carrier_id=actor.carrier_id)
        self._opening: dict[AccountKey, AccountRow] = {}
        self._balanced: dict[AccountKey, int] = {}

    def party(self, row: OfficeRow | ClientRow) -> None:
        """Take an office or client: new, or there with the same data."""
        data = row.data
        is_office = isinstance(data, OfficeData)
        sheet = OFFICES.name if is_office else CLIENTS.name
        holder: Holder = (is_office, data.code, "" if is_office else data.city)
        if not self._reaches(Permission.NEW_ACCOUNT, place_of(data), sheet, row.row, data.code):
            self._unsure.add(data.code)
            return
        if (there := self._parties.get(holder)) is not None:
            if not self._reaches(Permission.NEW_ACCOUNT, there[0].place, sheet, row.row, data.code):
                return
            different = _different(there[1], data)
            if different:
                self._flaws.add(sheet, row.row, different[0], "party_differs", data.code, fields=",".join(different))
            self.plan.known += not different
            return
        self._places[holder] = place_of(data)
        if not is_office:
            self._cities[data.code].add(data.city)
        self.plan.parties.append(data)

    def account(self, row: AccountRow) -> None:
        """Take an account to be opened."""
        sheet = ACCOUNTS.name
        holder = self._holder(sheet, row)
        if holder is None or not self._reaches(Permission.NEW_ACCOUNT, self._places[holder], sheet, row.row, row.code):
            return
        key = (holder, row.currency)
        if key in self._open:
            self._flaws.add(sheet, row.row, "code", "account_exists", row.code)
        elif key in self._opening:
            self._flaws.add(sheet, row.row, "code", "duplicate_row", row.code, first=self._opening[key].row)
        else:
            self._opening[key] = row
            self.plan.accounts.append((row, holder))

    def balance(self, row: BalanceRow) -> None:
        """Take an opening balance, of an account of the file or of one that never moved."""
        sheet, blame = BALANCES.name, self._flaws.add
        holder = self._holder(sheet, row)
        place = None if holder is None else self._places[holder]
        if place is None or not self._reaches(Permission.CREDIT_AND_DEBIT, place, sheet, row.row, row.code):
            return
        key = (holder, row.currency)
        opening, there = self._opening.get(key), self._open.get(key)  # type: ignore[arg-type]  # there is a holder
        has = None if there is None else self._standings[there]
        if opening is None and has is None:
            if row.code not in self._unsure:
                blame(sheet, row.row, "code", "account_unknown", row.code)
        elif key in self._balanced:
            blame(sheet, row.row, "code", "duplicate_row", row.code, first=self._balanced[key])
        elif has is not None and has.movements:
            blame(sheet, row.row, "code", "account_has_movements", row.code)
        elif has is not None and has.status is Status.INHIBITED:
            blame(sheet, row.row, "code", "account_inhibited", row.code)
        else:
            self._bring(row, key, opening, has)  # type: ignore[arg-type]

    def _bring(self, row: BalanceRow, key: AccountKey, opening: AccountRow | None, has: Standing | None) -> None:
        self._balanced[key] = row.row
        self.plan.balances.append((row, key))
        if has is not None:
            self.plan.there[key] = has.account_id
            self.plan.limits[key] = has.credit_limit
        elif opening is not None:
            self.plan.limits[key] = opening.credit_limit
        threshold = self._thresholds.get(row.currency)
        if threshold is not None and max(row.credit, row.debit) >= threshold:
            self.plan.above_threshold += 1

    def _holder(self, sheet: str, row: Named) -> Holder | None:
        """Return the office or client that a row names, where there is exactly one."""
        is_unsure = row.code in self._unsure
        if row.is_agency:
            holder: Holder = (True, row.code, "")
            if holder not in self._places:
                if not is_unsure:
                    self._flaws.add(sheet, row.row, "code", "office_unknown", row.code)
                return None
            city = self._places[holder].city
            if row.city and row.city != city:
                self._flaws.add(sheet, row.row, "city", "wrong_city", row.city, city=city)
                return None
            return holder
        cities = self._cities.get(row.code, set())
        if not cities or (row.city and row.city not in cities):
            if is_unsure:
                return None
            self._flaws.add(sheet, row.row, "city" if row.city else "code", "client_unknown", row.city or row.code)
            return None
        if not row.city and len(cities) > 1:
            self._flaws.add(sheet, row.row, "city", "client_ambiguous", row.code, cities=", ".join(sorted(cities)[:10]))
            return None
        return (False, row.code, row.city or next(iter(cities)))

    def _reaches(self, permission: Permission, place: Place, sheet: str, row: int, code: str) -> bool:
        if permission not in self._actor.permissions:  # told of the whole sheet
            return False
        if not self._actor.may(permission, at=place):
            self._flaws.add(sheet, row, "code", "out_of_reach", code)
            return False
        return True


def _different(there: OfficeData | ClientData, data: OfficeData | ClientData) -> list[str]:
    names = ("name", "issue_id", "city", "airport", "country", "agency_involved")
    return [name for name in names if hasattr(data, name) and getattr(there, name) != getattr(data, name).strip()]
