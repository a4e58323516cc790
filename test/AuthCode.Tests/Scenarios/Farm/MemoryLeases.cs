namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Leases in memory, which tests can take away.</summary>
internal sealed class MemoryLeases : ISessionLeases
{
    private readonly object _gate = new();
    private readonly Dictionary<string, Lease> _held = new(StringComparer.Ordinal);

    internal bool IsDown { get; set; }

    /// <summary>Whether every lease seems to be another instance's, as those of a lock that does not respond do.</summary>
    internal bool IsSilent { get; set; }

    /// <summary>Whether no attempt to acquire one ever ends.</summary>
    internal bool HangsAtAcquisition { get; set; }

    /// <summary>Whether no release ever ends.</summary>
    internal bool HangsAtRelease { get; set; }

    /// <summary>Lets all leases expire, as after a pause of their holders.</summary>
    internal void Expire()
    {
        lock (_gate)
        {
            foreach (Lease lease in _held.Values)
            {
                lease.IsLost = true;
            }

            _held.Clear();
        }
    }

    public ValueTask<ISessionLease?> TryAcquireAsync(string key, CancellationToken cancellationToken = default)
    {
        if (IsDown)
        {
            throw new IOException("the leases are down");
        }

        if (HangsAtAcquisition)
        {
            return new ValueTask<ISessionLease?>(new TaskCompletionSource<ISessionLease?>().Task);
        }

        lock (_gate)
        {
            if (IsSilent || _held.ContainsKey(key))
            {
                return new ValueTask<ISessionLease?>((ISessionLease?)null);
            }

            var lease = new Lease(this, key);
            _held[key] = lease;
            return new ValueTask<ISessionLease?>(lease);
        }
    }

    private sealed class Lease(MemoryLeases leases, string key) : ISessionLease
    {
        public bool IsLost { get; set; }

        public ValueTask DisposeAsync()
        {
            lock (leases._gate)
            {
                if (leases._held.TryGetValue(key, out Lease? held) && held == this)
                {
                    leases._held.Remove(key);
                }
            }

            return leases.HangsAtRelease ? new ValueTask(new TaskCompletionSource().Task) : ValueTask.CompletedTask;
        }
    }
}
