"""Networks: flows, times and costs over many hubs and lines. Numbers in, numbers out; knows no document."""
