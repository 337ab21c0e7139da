// Real programs take their time: a waiter of the AWS provider alone sleeps for a minute.
jest.setTimeout(600_000);
