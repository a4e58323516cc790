using System.Globalization;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>One order of events: actors stop at gates, and the order says which of them goes on. Time passes only when nobody else can go on.</summary>
/// <param name="choices">Which of the actors that wait goes on, step by step; beyond its end the first.</param>
internal sealed class Interleaving(IReadOnlyList<int> choices)
{
    private readonly object _gate = new();
    private readonly List<Waiting> _waiting = [];
    private int _running;
    private volatile bool _hasBegun;
    private TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What happened, in its order.</summary>
    internal List<string> Trace { get; } = [];

    /// <summary>How many could go on at each step.</summary>
    internal List<int> Width { get; } = [];

    /// <summary>Actors that go no further, as a process that was killed.</summary>
    internal HashSet<string> Crashed { get; } = [];

    /// <summary>Stops an actor until the order lets it go on. Before the order has begun, nobody stops.</summary>
    internal Task EnterAsync(string actor, string operation)
    {
        if (!_hasBegun)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            var waiting = new Waiting(actor, operation, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiting.Add(waiting);
            NoteStop();
            return waiting.Go.Task;
        }
    }

    /// <summary>Runs the actors to their ends.</summary>
    internal async Task RunAsync(params (string Name, Func<Task> Act)[] actors)
    {
        _running = actors.Length;
        _hasBegun = true;
        Task[] tasks = [.. actors.Select(actor => Task.Run(async () =>
        {
            await EnterAsync(actor.Name, "begins");
            try
            {
                await actor.Act();
            }
            finally
            {
                lock (_gate)
                {
                    if (!Crashed.Contains(actor.Name))
                    {
                        NoteStop();
                    }
                }
            }
        }))];
        while (await NextAsync() is { } next)
        {
            next.Go.SetResult();
        }

        await Task.WhenAll(tasks.Where((_, at) => !Crashed.Contains(actors[at].Name)));
    }

    private async Task<Waiting?> NextAsync()
    {
        await _quiet.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        lock (_gate)
        {
            _waiting.RemoveAll(waiting => Crashed.Contains(waiting.Actor));
            Waiting[] able = [.. _waiting.Where(static waiting => waiting.Operation != "waits").OrderBy(static waiting => waiting.Actor, StringComparer.Ordinal)];

            // Whoever has waited longest first: one that looks again and again must not keep the others from it.
            able = able.Length > 0 ? able : [.. _waiting];
            if (able.Length == 0)
            {
                return null;
            }

            int choice = Width.Count < choices.Count ? choices[Width.Count] % able.Length : 0;
            Width.Add(able.Length);
            Waiting next = able[choice];
            _waiting.Remove(next);
            Trace.Add(string.Create(CultureInfo.InvariantCulture, $"{next.Actor} {next.Operation}"));
            _running = 1;
            _quiet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return next;
        }
    }

    // Called with the gate held: an actor has stopped, at a gate or at its end.
    private void NoteStop()
    {
        if (--_running == 0)
        {
            _quiet.TrySetResult();
        }
    }

    private sealed record Waiting(string Actor, string Operation, TaskCompletionSource Go);
}
