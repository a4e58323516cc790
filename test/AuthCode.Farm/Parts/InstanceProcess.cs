using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using AuthCode.Farm.Instances;

namespace AuthCode.Farm.Parts;

/// <summary>An instance that runs in a process of its own, as the test sees it.</summary>
internal sealed class InstanceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ConcurrentDictionary<int, TaskCompletionSource<Reply>> _waiting = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _reached = new(0);
    private readonly StringBuilder _log = new();
    private readonly Process _process;
    private int _lastId;

    private InstanceProcess(InstanceSettings settings)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [typeof(InstanceProcess).Assembly.Location, "instance", settings.ToJson()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, line) => Receive(line.Data);
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
            {
                _log.AppendLine(line.Data);
            }
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What the instance has logged.</summary>
    internal string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    internal bool HasExited => _process.HasExited;

    internal static async Task<InstanceProcess> StartAsync(InstanceSettings settings)
    {
        var instance = new InstanceProcess(settings);
        await instance._ready.Task.WaitAsync(Patience);
        return instance;
    }

    /// <summary>Gives a command, and waits for its result.</summary>
    internal async Task<Reply> AskAsync(Command command)
    {
        int id = Interlocked.Increment(ref _lastId);
        var reply = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = reply;
        string line = Lines.Write(command with { Id = id });
        lock (_waiting)
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }

        Reply received = await reply.Task.WaitAsync(Patience);
        return received.Error is { } error ? throw new InvalidOperationException($"The instance could not do '{command.Do}': {error}\n{Log}") : received;
    }

    /// <summary>Waits until a refresh has reached the gate that was closed.</summary>
    internal async Task GateReachedAsync() => Assert.That(await _reached.WaitAsync(Patience), "No refresh has reached the gate.");

    /// <summary>Waits until the instance has stored all that it had to store.</summary>
    internal async Task FlushedAsync()
    {
        long started = TimeProvider.System.GetTimestamp();
        while ((await AskAsync(new Command("flush"))).Count > 0)
        {
            Assert.That(TimeProvider.System.GetElapsedTime(started), Is.LessThan(Patience), "The instance could not store all sessions.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    internal void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    internal void Pause() => _process.Send("STOP");

    internal void Resume() => _process.Send("CONT");

    /// <summary>Ends the process as a container's runtime does.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> TerminateAsync()
    {
        _process.Send("TERM");
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Resume();
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _reached.Dispose();
    }

    private void Receive(string? line)
    {
        if (line is null)
        {
            // The process has ended: nobody is answered any more.
            foreach (TaskCompletionSource<Reply> waiting in _waiting.Values)
            {
                waiting.TrySetException(new InvalidOperationException($"The instance has ended.\n{Log}"));
            }

            _ready.TrySetException(new InvalidOperationException($"The instance did not start.\n{Log}"));
            return;
        }

        Reply reply = Lines.Read<Reply>(line);
        if (reply.Reached is not null)
        {
            _reached.Release();
        }
        else if (_waiting.TryRemove(reply.Id, out TaskCompletionSource<Reply>? waiting))
        {
            waiting.TrySetResult(reply);
        }
        else
        {
            _ready.TrySetResult();
        }
    }
}
