using System.Diagnostics;
using AuthCode.Benchmarks.Scenarios;

namespace AuthCode.Benchmarks;

/// <summary>How many methods a fresh process compiles on its way to the first token: a cost of a cold start that does not depend on the machine.</summary>
/// <remarks>By the runtime itself (DOTNET_JitDisasmSummary). The framework's own methods are compiled ahead, except generic ones over other assemblies' types.</remarks>
internal static class CompiledMethods
{
    private const string Marker = "JIT compiled ";

    internal static async Task<IReadOnlyList<Measure>> RunAsync(bool list)
    {
        string folder = Directory.CreateTempSubdirectory("authcode-benchmarks-").FullName;
        try
        {
            var measures = new List<Measure>();
            foreach ((string subject, string property) in Publishing.Subjects)
            {
                string published = await Publishing.PublishAsync(folder, property);
                string[] methods = await CompileAsync(published, Path.Combine(folder, $"{property}.txt"));
                measures.Add(new Measure("cold process: methods compiled", subject, methods.Length, ""));
                if (list && subject == "AuthCode")
                {
                    Print(methods);
                }
            }

            return measures;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string[]> CompileAsync(string published, string file)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(published, "Cold.dll")]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_JitStdOutFile"] = file;
        start.Environment["DOTNET_JitDisasmSummary"] = "1";

        // Without it, what is compiled a second time would depend on the time that passes.
        start.Environment["DOTNET_TieredPGO"] = "0";
        using Process process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return [.. (await File.ReadAllLinesAsync(file))
            .Select(static line => line.IndexOf(Marker, StringComparison.Ordinal) is var at and >= 0 ? line[(at + Marker.Length)..] : "")
            .Where(static method => method.Contains("[Tier0", StringComparison.Ordinal) || method.Contains("[Instrumented Tier0", StringComparison.Ordinal))];
    }

    private static void Print(string[] methods)
    {
        foreach (IGrouping<string, string> type in methods.GroupBy(static method => method.Split(':')[0]).OrderByDescending(static type => type.Count()))
        {
            Console.WriteLine($"{type.Count(),4} {type.Key}");
        }
    }
}
