namespace AuthCode.Tests.Scenarios.Scaling;

/// <summary>What a farm does for its active users: a simulation of the rules of sessions and tokens over some hours of requests, without any real part.</summary>
/// <remarks>The costs of a load, a look and a refresh are those of the library: <see cref="ScalingTests"/> compares them.</remarks>
internal sealed class FarmSimulation
{
    private const int Users = 400;
    private static readonly double Begin = Seconds(TimeSpan.FromHours(2));
    private static readonly double End = Seconds(TimeSpan.FromHours(10));
    private static readonly double IdleInMemory = Seconds(TimeSpan.FromMinutes(20));
    private static readonly double DueBeforeEnd = Seconds(TimeSpan.FromMinutes(5));

    private ulong _random = 20_261_126;
    private double _now;

    /// <summary>How many instances a user can meet.</summary>
    internal required int Instances { get; init; }

    /// <summary>How many APIs a user's requests need tokens for.</summary>
    internal int Apis { get; init; } = 2;

    /// <summary>The time between two requests of an active user, on average.</summary>
    internal TimeSpan BetweenRequests { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest and the longest life of an access token.</summary>
    internal (TimeSpan Least, TimeSpan Most) TokenLife { get; init; } = (TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(90));

    internal TimeSpan RevalidateAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether instances tell each other of changes.</summary>
    internal bool HasNotices { get; init; } = true;

    /// <summary>Whether access tokens are in the store.</summary>
    internal bool SharesTokens { get; init; } = true;

    /// <summary>Token requests for each user and second.</summary>
    internal double Refreshes { get; private set; }

    /// <summary>Commands of the store, the leases and the notices for each user and second.</summary>
    internal double Commands { get; private set; }

    internal FarmSimulation Run()
    {
        for (int user = 0; user < Users; user++)
        {
            RunUser();
        }

        double measured = Users * (End - Begin);
        Refreshes /= measured;
        Commands /= measured;
        return this;
    }

    private void RunUser()
    {
        // Tokens of any age, as they are found in a service that has run for long.
        double[] stored = [.. Enumerable.Range(0, Apis).Select(_ => SharesTokens ? Next() * Seconds(TokenLife.Least) : 0)];
        int version = 1;
        var instances = new Dictionary<int, Copy>();
        for (_now = 0; _now < End; _now -= Math.Log(1 - Next()) * Seconds(BetweenRequests))
        {
            int instance = (int)(Next() * Instances);
            int api = (int)(Next() * Apis);
            if (!instances.TryGetValue(instance, out Copy? copy) || _now - copy.UsedOn >= IdleInMemory)
            {
                instances[instance] = copy = new Copy(Apis);
                Count(Costs.Load);
                Take(copy, stored, version);
            }
            else if (_now - copy.ConfirmedOn >= Seconds(RevalidateAfter) || (HasNotices && copy.Version < version))
            {
                Count(Costs.Look);
                Take(copy, stored, version);
            }

            copy.UsedOn = _now;
            if (copy.Ends[api] - _now > DueBeforeEnd)
            {
                continue;
            }

            Count(Costs.Adoption);
            Take(copy, stored, version);
            if (copy.Ends[api] - _now <= DueBeforeEnd)
            {
                Count(Costs.Refresh - Costs.Adoption);
                Refreshes += _now >= Begin ? 1 : 0;
                copy.Ends[api] = _now + Seconds(TokenLife.Least + ((TokenLife.Most - TokenLife.Least) * Next()));
                stored[api] = SharesTokens ? copy.Ends[api] : 0;
                copy.Version = ++version;
            }
        }
    }

    private void Take(Copy copy, double[] stored, int version)
    {
        for (int api = 0; api < Apis; api++)
        {
            copy.Ends[api] = Math.Max(copy.Ends[api], stored[api]);
        }

        copy.Version = version;
        copy.ConfirmedOn = _now;
    }

    private void Count(int commands) => Commands += _now >= Begin ? commands : 0;

    // Reproducible: Knuth's multiplier, and the upper half of the state.
    private double Next() => ((_random = (_random * 6_364_136_223_846_793_005) + 1) >> 33) / (double)(1UL << 31);

    private static double Seconds(TimeSpan span) => span.TotalSeconds;

    /// <summary>What one instance knows of a session.</summary>
    private sealed class Copy(int apis)
    {
        internal readonly double[] Ends = new double[apis];
        internal double ConfirmedOn;
        internal double UsedOn;
        internal int Version;
    }

    /// <summary>Commands of the store, the leases and the notices.</summary>
    internal static class Costs
    {
        /// <summary>A session that is not in memory: its entry, the entry again with that of its account.</summary>
        internal const int Load = 3;

        /// <summary>A look after a notice or after RevalidateAfter: the entry, and that of the account.</summary>
        internal const int Look = 2;

        /// <summary>A token of another instance is taken over: lease and release, and a look.</summary>
        internal const int Adoption = 4;

        /// <summary>A refresh: an adoption, a write, the account once more, and a notice.</summary>
        internal const int Refresh = 7;
    }
}
