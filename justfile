# Short names for what one does all day. Each line also works when typed by hand.

# Set up for working on the project.
setup:
    python3 -m pip install -e ".[dev]"

# What CI runs.
ci:
    bash .ci/run

test *arguments:
    python3 -m pytest {{arguments}}

lint:
    ruff check . && ruff format --check . && mypy && lint-imports

format:
    ruff format . && ruff check --fix .

# The pages and lists that are made from the program.
made:
    python3 docs/make_reference.py
    python3 docs/make_licences.py

site:
    python3 docs/build_site.py

# Train a default model again; see docs/models.
train recipe="recipes/train/drone.toml":
    resonance train {{recipe}}

benchmark *names:
    resonance benchmark {{names}}
