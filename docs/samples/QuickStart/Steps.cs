using System.Diagnostics;
using System.Globalization;

namespace QuickStart;

/// <summary>Prints a row a step: what was asked, where the answer came from, how many token requests it took and how long.</summary>
internal sealed class Steps(Func<int> countRequests)
{
    internal static void Header()
    {
        Print("step", "asked for", "answer", "requests", "ms");
        Console.WriteLine(new string('-', 128));
    }

    /// <param name="step">What is shown.</param>
    /// <param name="asked">What is asked for.</param>
    /// <param name="ask">Asks, and says in words what came; a second line goes below the row.</param>
    internal async Task ShowAsync(string step, string asked, Func<Task<string>> ask)
    {
        int before = countRequests();
        long start = Stopwatch.GetTimestamp();
        string[] answer = (await ask()).Split('\n', 2);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Print(step, asked, answer[0], (countRequests() - before).ToString(CultureInfo.InvariantCulture), milliseconds.ToString("0.0", CultureInfo.InvariantCulture));
        foreach (string line in answer.Skip(1))
        {
            Console.WriteLine($"    {line}");
        }
    }

    private static void Print(string step, string asked, string answer, string requests, string milliseconds) =>
        Console.WriteLine($"{step,-36} {asked,-36} {answer,-36} {requests,8} {milliseconds,8}");
}
