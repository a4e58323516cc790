namespace AuthCode;

/// <summary>A public document of a server, such as its metadata or its keys: read when it is needed, and kept for a day.</summary>
/// <remarks>
/// One request at a time, and all who need the document share its end, also a failure, which serves for a short time. What has been
/// read serves on while it is read again, and while it cannot be read or only what stands in for it can. Implementation note: a read
/// belongs to nobody who waits for it, so that nobody's cancellation ends it.
/// </remarks>
/// <param name="read">Reads and parses the document on the calling thread.</param>
/// <param name="readAsync">Reads and parses the document.</param>
/// <param name="note">Told of each read when it is over and nobody waits for it any more, since a logger may need the document itself.</param>
/// <param name="time">The clock.</param>
/// <param name="shortestFailure">How long a failure serves at least.</param>
internal sealed class DailyDocument<T>(Func<Result<T>> read, Func<ValueTask<Result<T>>> readAsync, Action<Result<T>> note, TimeProvider time, TimeSpan shortestFailure = default)
    where T : class
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    // A failure serves as long as the read took that ended in it, so that nobody waits for a server that hangs again at once.
    private static readonly TimeSpan LongestFailure = TimeSpan.FromSeconds(30);

    // How long what is too old serves on after it could not be read again, and how long what stands in for another document serves:
    // until it has been seen over as long a time that there is no other one, if that is so.
    private static readonly TimeSpan StalePause = TimeSpan.FromMinutes(5);

    // Whoever makes up key IDs must not cause a request each time.
    private static readonly TimeSpan RenewalPause = TimeSpan.FromMinutes(1);

    // Guards all below but _last, which is written within it.
    private readonly object _gate = new();
    private TaskCompletionSource<Result<T>>? _reading;
    private Result<T>? _failure;
    private long _readTimestamp;
    private TimeSpan _failurePause;
    private bool _hasRead;

    private volatile Snapshot? _last;

    internal Result<T> Find(CancellationToken cancellationToken)
    {
        if (FindKept() is { } kept)
        {
            return kept;
        }

        if (TryLead(out TaskCompletionSource<Result<T>> reading))
        {
            Lead(reading);
        }
        else if (IsWithinRead)
        {
            return CalledWithin;
        }

        reading.Task.Wait(cancellationToken);
        return reading.Task.Result;
    }

    internal ValueTask<Result<T>> FindAsync(CancellationToken cancellationToken)
    {
        if (FindKept() is { } kept)
        {
            return new ValueTask<Result<T>>(kept);
        }

        return new ValueTask<Result<T>>(Start(WorkScope.Current).WaitAsync(cancellationToken));
    }

    /// <summary>Reads the document again because it lacks something, at most once a minute.</summary>
    /// <returns>What is known then, and why the document could not be read again; <see langword="null"/> if it could.</returns>
    internal async Task<(Result<T> Known, Failure? Unread)> RenewAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_reading is null && _hasRead && !IsOver(_last is null ? _failurePause : RenewalPause))
            {
                return (_last is { } last ? new Result<T>(last.Value) : _failure!, _failure?.Failure);
            }
        }

        Result<T> read = await Start(WorkScope.Current).WaitAsync(cancellationToken).ConfigureAwait(false);
        return (_last is { } kept ? new Result<T>(kept.Value) : read, read.Failure);
    }

    /// <summary>What was read last; <see langword="null"/> if nothing was.</summary>
    internal T? Kept => _last?.Value;

    /// <summary>Whether the running code is part of a read, so that it must not wait for it.</summary>
    internal bool IsWithinRead => WorkScope.IsWithin(this);

    private static Result<T> CalledWithin => new(Failures.CalledWithin(), isFinal: true);

    // What serves at once: the document, or a failure of this moment.
    private Result<T>? FindKept()
    {
        if (_last is { } last)
        {
            if (time.GetElapsedTime(last.ReadTimestamp) >= last.Life)
            {
                _ = Start(waiting: null);
            }

            return new Result<T>(last.Value);
        }

        lock (_gate)
        {
            return _reading is null && _failure is not null && !IsOver(_failurePause) ? _failure : null;
        }
    }

    private bool IsOver(TimeSpan pause) => time.GetElapsedTime(_readTimestamp) >= pause;

    private bool TryLead(out TaskCompletionSource<Result<T>> reading)
    {
        lock (_gate)
        {
            bool isFirst = _reading is null;
            reading = _reading ??= new TaskCompletionSource<Result<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
            return isFirst;
        }
    }

    // On the thread pool and without the context of the caller, but for what waits: the read is for all.
    private Task<Result<T>> Start(WorkScope? waiting)
    {
        if (TryLead(out TaskCompletionSource<Result<T>> reading))
        {
            ThreadPool.UnsafeQueueUserWorkItem(StartHere, (reading, waiting), preferLocal: false);
        }
        else if (IsWithinRead)
        {
            return Task.FromResult(CalledWithin);
        }

        return reading.Task;
    }

    private void Lead(TaskCompletionSource<Result<T>> reading)
    {
        long started = time.GetTimestamp();
        WorkScope scope = EnterRead(WorkScope.Current);
        Result<T> result;
        try
        {
            result = read();
        }
        catch (Exception e)
        {
            result = new Result<T>(Failures.Unexpected(e));
        }

        scope.Leave();
        Complete(reading, result, started);
        note(result);
    }

    private WorkScope EnterRead(WorkScope? waiting) => WorkScope.Enter(this, waiting, waiting?.Parent ?? default);

    private void StartHere((TaskCompletionSource<Result<T>> Reading, WorkScope? Waiting) state) => _ = LeadAsync(state.Reading, state.Waiting);

    private async Task LeadAsync(TaskCompletionSource<Result<T>> reading, WorkScope? waiting)
    {
        long started = time.GetTimestamp();
        WorkScope scope = EnterRead(waiting);
        Result<T> result;
        try
        {
            result = await readAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            result = new Result<T>(Failures.Unexpected(e));
        }

        scope.Leave();
        Complete(reading, result, started);
        note(result);
    }

    private void Complete(TaskCompletionSource<Result<T>> reading, Result<T> result, long startedTimestamp)
    {
        lock (_gate)
        {
            _readTimestamp = time.GetTimestamp();
            _hasRead = true;
            TimeSpan taken = time.GetElapsedTime(startedTimestamp);
            _failurePause = taken > LongestFailure ? LongestFailure : taken < shortestFailure ? shortestFailure : taken;
            _failure = result.IsSuccess ? null : result;
            if (result.IsSuccess && (_last is null || result.Standing.Place <= _last.Standing.Place))
            {
                long since = _last is { } before && before.Standing == result.Standing ? before.SinceTimestamp : _readTimestamp;
                bool isConfirmed = result.Standing.IsOwn || (!result.Standing.IsProvisional && time.GetElapsedTime(since, _readTimestamp) >= StalePause);
                _last = new Snapshot(result.Value, _readTimestamp, isConfirmed ? Life : StalePause, result.Standing, since);
            }
            else if (_last is { } stale)
            {
                _last = stale with { ReadTimestamp = _readTimestamp, Life = StalePause };
            }

            _reading = null;
        }

        reading.TrySetResult(result);
    }

    /// <param name="Value">The document.</param>
    /// <param name="ReadTimestamp">When it was read, or could not be read again.</param>
    /// <param name="Life">How long it serves from then on before it is read again.</param>
    /// <param name="Standing">What it is beside the one that was asked for.</param>
    /// <param name="SinceTimestamp">Since when all that was read has had this standing.</param>
    private sealed record Snapshot(T Value, long ReadTimestamp, TimeSpan Life, Standing Standing, long SinceTimestamp);
}
