.PHONY: run test
run:
	@echo "make run: not ready"
