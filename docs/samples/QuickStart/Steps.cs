using System.Diagnostics;
using System.Globalization;

namespace QuickStart;

/// <summary>Prints one row for each step: what was requested, where the result came from, how many token requests were sent, and how long the step took.</summary>
internal sealed class Steps(Func<int> countRequests)
{
    internal static void Header()
    {
        Print("step", "requested", "result", "requests", "ms");
        Console.WriteLine(new string('-', 128));
    }

    /// <param name="step">The name of the step.</param>
    /// <param name="asked">What is requested.</param>
    /// <param name="ask">Makes the request and describes its result; a second line is printed below the row.</param>
    internal async Task ShowAsync(string step, string asked, Func<Task<string>> ask)
    {
        int before = countRequests();
        long start = Stopwatch.GetTimestamp();
        string[] result = (await ask()).Split('\n', 2);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Print(step, asked, result[0], (countRequests() - before).ToString(CultureInfo.InvariantCulture), milliseconds.ToString("0.0", CultureInfo.InvariantCulture));
        foreach (string line in result.Skip(1))
        {
            Console.WriteLine($"    {line}");
        }
    }

    private static void Print(string step, string asked, string result, string requests, string milliseconds) =>
        Console.WriteLine($"{step,-36} {asked,-36} {result,-36} {requests,8} {milliseconds,8}");
}
