"""Two clicks at the same moment begin one payment."""

import json
import re
import urllib.request
from concurrent.futures import ThreadPoolExecutor

CLICKS = 4


def click(url, form):
    """Begin a payment as Odoo's form does; return the answer."""
    body = json.dumps({"jsonrpc": "2.0", "params": form}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_of_clicks_at_the_same_moment_one_begins_a_payment_and_the_others_are_told(site):
    claim = site.take("clicked")
    with urllib.request.urlopen(f"{site.url}{claim['path']}/pay", timeout=60) as answer:
        page = answer.read().decode()
    route = re.search(r'data-transaction-route="([^"]+)"', page)[1]
    provider = re.search(r'data-provider-id="(\d+)"', page)[1]
    method = re.search(r'data-payment-option-id="(\d+)"', page)[1]
    form = {
        "provider_id": int(provider),
        "payment_method_id": int(method),
        "token_id": None,
        "amount": 0.01,
        "flow": "direct",
        "landing_route": "/",
        "tokenization_requested": False,
        "is_validation": False,
    }
    with ThreadPoolExecutor(CLICKS) as pool:
        answers = list(pool.map(lambda _click: click(f"{site.url}{route}", form), range(CLICKS)))

    begun = [answer["result"] for answer in answers if "result" in answer]
    told = [answer["error"]["data"]["message"] for answer in answers if "error" in answer]
    assert len(begun) == 1
    assert all("was begun, and we wait for its result" in words for words in told)
    found = site.sql(
        f"SELECT amount FROM payment_transaction WHERE dunning_debtor_id = {claim['debtor']}"
    )
    assert found == ["300.30"]
