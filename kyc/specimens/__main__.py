"""Owns `python -m kyc.specimens OUT`: a labelled set of photographed specimens."""

import argparse
import json
from pathlib import Path

from kyc.specimens import (
    STATES,
    Drawing,
    draw_driving_licence,
    draw_identity_card,
    draw_passport,
    draw_residence_permit,
    invented_person,
    label_json,
    photograph,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("out", type=Path, help="directory for images/ and labels/")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for name in ("images", "labels"):
        (arguments.out / name).mkdir(parents=True, exist_ok=True)
    for number in range(arguments.count):
        _write(arguments.out, number, arguments.seed + number)


def _write(out: Path, number: int, seed: int) -> None:
    state = STATES[number % len(STATES)]
    kind, drawing = _draw(number, state, seed)
    taken = photograph(drawing, seed=seed)
    name = f"{state.lower()}_{kind}_{number:03}"
    taken.image.save(out / "images" / f"{name}.jpg", quality=90)
    labels = label_json(taken, f"{name}.jpg")
    (out / "labels" / f"{name}.json").write_text(json.dumps(labels), encoding="utf-8")


def _draw(number: int, state: str, seed: int) -> tuple[str, Drawing]:
    person = invented_person(seed)
    kinds = {
        "passport": lambda: draw_passport(person, state=state, seed=seed),
        "id_front": lambda: draw_identity_card(person, state=state, seed=seed),
        "id_back": lambda: draw_identity_card(person, side="back", state=state, seed=seed),
        "permit": lambda: draw_residence_permit(person, state=state, seed=seed),
        "licence": lambda: draw_driving_licence(person, state=state, seed=seed),
    }
    kind = list(kinds)[number % len(kinds)]
    return kind, kinds[kind]()


if __name__ == "__main__":
    main()
