using AuthCode.Benchmarks.Scenarios;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace AuthCode.Benchmarks.Micro;

/// <summary>Runs the micro-benchmarks and turns their statistics into measures.</summary>
internal static class MicroRun
{
    internal static IEnumerable<Measure> Run(bool quick)
    {
        // In this process: the repository's build settings (locked restore, warnings as errors) do not fit generated projects.
        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance);
        job = quick ? job.WithWarmupCount(4).WithIterationCount(7).WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(100)) : job;
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(quick ? NullLogger.Instance : ConsoleLogger.Default)
            .WithOptions(ConfigOptions.DisableLogFile)
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet"));
        // The order is drawn by lot: in a fixed one, the same subject would always pay for what the one before it left behind.
        Type[] types = [typeof(CachedToken), typeof(Redemption), typeof(Refresh)];
        System.Security.Cryptography.RandomNumberGenerator.Shuffle(types.AsSpan());
        return types.SelectMany(type => MeasuresOf(BenchmarkRunner.Run(type, config))).ToArray();
    }

    private static IEnumerable<Measure> MeasuresOf(Summary summary)
    {
        foreach (BenchmarkReport report in summary.Reports)
        {
            BenchmarkCase benchmark = report.BenchmarkCase;
            string name = benchmark.Descriptor.Type.Name switch
            {
                nameof(CachedToken) => $"cached token, {benchmark.Parameters["Tenants"]:N0} {((int)benchmark.Parameters["Tenants"] == 1 ? "key" : "tenants of one user")}",
                nameof(Redemption) => "redemption",
                _ => "refresh",
            };
            string subject = benchmark.Descriptor.WorkloadMethod.Name switch
            {
                "AuthCodeSync" => "AuthCode, synchronous",
                "AuthCodeShared" => "AuthCode",
                "AuthCode" when name == "redemption" => "AuthCode, own registration",
                "AzureIdentity" => "Azure.Identity",
                "Msal" => "MSAL",
                string other => other,
            };
            yield return new Measure(name, subject, report.ResultStatistics!.Median, "ns");
            yield return new Measure($"{name}: allocated", subject, report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? double.NaN, "B");
        }
    }
}
