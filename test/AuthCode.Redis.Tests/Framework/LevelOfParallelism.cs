// Nearly all that these tests do is wait for servers.
[assembly: LevelOfParallelism(8)]
