"""Tells what the page's fold is compared with: a bundle's fold, places, OpenVINO's packets."""

import base64
import json
import sys

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.members import FOLD
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.seeded_place import seeded_place

bundle = open_bundle(sys.argv[1])
fold = Member(bundle, FOLD)
places = [bundle.space.place(name) for name in bundle.space.offered]
places += [seeded_place(bundle, seed) for seed in range(4)]
# Every direction once, whole way up: what a place may be is more than what is named.
places += [places[0] + 5 * one.vector for one in bundle.space.directions.values()]
json.dump(
    {
        "fold": base64.b64encode(bundle.members[FOLD]).decode(),
        "places": [w.tolist() for w in places],
        "packets": [fold.run(w=w)[0].tolist() for w in places],
    },
    sys.stdout,
)
