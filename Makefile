# Many processes of the house start here; what Python has compiled once is kept for the next.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run install test style model many long format bench soak clean

# Everything on one machine; ends with Ctrl-C.
run:
	@scripts/bootstrap app
	@exec .venv/bin/gongyou run --tied

# Both environments, without starting anything.
install:
	@scripts/bootstrap app nlu

# Everything that must pass.
test:
	@scripts/bootstrap dev browser
	@scripts/bootstrap nlu
	@$(MAKE) --no-print-directory -j 2 -Oline style model
	@$(MAKE) --no-print-directory -j 2 -Oline many long

# Where the tests are that are marked so (tests/conftest.py sees to it): to look through all others
# takes six seconds each time.
APART = tests/soak tests/e2e/browser

# Three at a time, and beside them the few that kill their processes and wait most of the while.
many:
	.venv/bin/pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not long"
long:
	.venv/bin/pytest -m long $(APART)

# Formatting, lint and types, beside the model: each of the two keeps one core busy.
style:
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy

# The model that the tests read with; its vectors are kept.
model:
	.venv/bin/python -m tests.full_model

format:
	@scripts/bootstrap dev
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench:
	@scripts/bootstrap dev nlu
	.venv/bin/python -m benchmarks

soak:
	@scripts/bootstrap dev nlu
	.venv/bin/gongyou train
	.venv/bin/python -m tests.soak --messages 10000 --conversations 200

# What can be made again. The data (var/) stay.
clean:
	rm -rf .venv .venv-nlu .cache .mypy_cache .pytest_cache .ruff_cache *.egg-info
