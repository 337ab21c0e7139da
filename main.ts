import { synthesizeHome } from "./lib";
import { consumerStacks } from "./stacks";
import { stateConfig } from "./state.config";

synthesizeHome(stateConfig, consumerStacks, { project: __dirname });
