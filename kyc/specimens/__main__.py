"""Owns `python -m kyc.specimens OUT`: a labelled set of photographed specimens."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from kyc.specimens import (
    STATES,
    Drawing,
    Person,
    draw_driving_licence,
    draw_identity_card,
    draw_passport,
    draw_residence_permit,
    draw_selfie,
    invented_person,
    label_json,
    photograph,
)

_STATEMENT = ("Only for Example Ltd", "2026-11-22", "Code KQ7-4PX")


def _selfie(person: Person, state: str, seed: int) -> Drawing:
    card = draw_identity_card(person, state=state, seed=seed)
    return draw_selfie(person, card, _STATEMENT, seed=seed)


KINDS: MappingProxyType[str, Callable[[Person, str, int], Drawing]] = MappingProxyType({
    "passport": lambda p, s, n: draw_passport(p, state=s, seed=n),
    "id_front": lambda p, s, n: draw_identity_card(p, state=s, seed=n),
    "id_back": lambda p, s, n: draw_identity_card(p, side="back", state=s, seed=n),
    "permit_front": lambda p, s, n: draw_residence_permit(p, state=s, seed=n),
    "permit_back": lambda p, s, n: draw_residence_permit(p, side="back", state=s, seed=n),
    "licence": lambda p, s, n: draw_driving_licence(p, state=s, seed=n),
    "selfie": _selfie,
})  # fmt: skip

CONDITIONS: MappingProxyType[str, Callable[[Drawing, int], Drawing]] = MappingProxyType({
    "plain": lambda d, n: photograph(d, seed=n),
    "tilted": lambda d, n: photograph(d, seed=n, perspective=0.06, rotation=12),
    "turned": lambda d, n: photograph(d, seed=n, rotation=90 * (1 + n % 3)),
    "shaded": lambda d, n: photograph(d, seed=n, shadow=0.8),
    "glaring": lambda d, n: photograph(d, seed=n, glare=0.7),
    "blurred": lambda d, n: photograph(d, seed=n, blur=2.0),
    "shaken": lambda d, n: photograph(d, seed=n, motion=9),
    "far": lambda d, n: photograph(d, seed=n, scale=0.45),
    "coarse": lambda d, n: photograph(d, seed=n, noise=14, jpeg=25),
})  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("out", type=Path, help="directory for images/ and labels/")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--condition", choices=CONDITIONS, help="one for all; else every in turn")
    arguments = parser.parse_args()
    for name in ("images", "labels"):
        (arguments.out / name).mkdir(parents=True, exist_ok=True)
    for number in range(arguments.count):
        _write(arguments.out, number, arguments.seed + number, arguments.condition)


def _write(out: Path, number: int, seed: int, condition: str | None) -> None:
    """Kinds, states and conditions turn at lengths without a common divisor, so that all meet."""
    state, kind = STATES[number % len(STATES)], list(KINDS)[number % len(KINDS)]
    chosen = condition or list(CONDITIONS)[number // 2 % len(CONDITIONS)]
    drawing = KINDS[kind](invented_person(seed, state), state, seed)
    if kind != "selfie":
        drawing = CONDITIONS[chosen](drawing, seed)
    else:
        chosen = "plain"
    name = f"{number:04}_{state.lower()}_{kind}_{chosen}"
    drawing.image.save(out / "images" / f"{name}.jpg", quality=90)
    labels = label_json(drawing, f"{name}.jpg")
    (out / "labels" / f"{name}.json").write_text(json.dumps(labels), encoding="utf-8")


if __name__ == "__main__":
    main()
