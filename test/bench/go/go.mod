module rpcbench

go 1.19
