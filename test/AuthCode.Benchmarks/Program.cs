using AuthCode.Benchmarks;
using AuthCode.Benchmarks.Micro;
using AuthCode.Benchmarks.Scenarios;

bool quick = args.Contains("--quick");
if (args.Except(["--quick", "--publish", "--micro", "--methods", "--list"]).Any())
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project test/AuthCode.Benchmarks -- [--quick] [--micro | --publish | --methods [--list]]");
    return 2;
}

var measures = new List<Measure>();
if (args.Contains("--methods"))
{
    measures.AddRange(await CompiledMethods.RunAsync(args.Contains("--list")));
    Report.Print(measures);
    return 0;
}

if (args.Contains("--publish"))
{
    measures.AddRange(await CompiledMethods.RunAsync(list: false));
    measures.AddRange(await Publishing.RunAsync(starts: quick ? 5 : 30));
}
else
{
    measures.AddRange(MicroRun.Run(quick));
}

if (!args.Contains("--publish") && !args.Contains("--micro"))
{
    measures.AddRange(await Throughput.RunAsync(TimeSpan.FromSeconds(quick ? 0.5 : 3)));
    measures.AddRange(await Stampede.RunAsync());
    measures.AddRange(await Users.RunAsync(quick ? 2_000 : 10_000));
    measures.AddRange(await LoopbackTls.RunAsync(quick ? 500 : 5_000));
}

Report.Print(measures);
Report.Save(measures, args.Contains("--publish") ? "publish.json" : "run.json");
return 0;
