using System.Diagnostics;

namespace AuthCode;

/// <summary>Starts and ends activities. A listener that fails costs nobody a token.</summary>
/// <remarks>
/// Implementation note: a parent is passed as a context and never as an activity, so that no activity of AuthCode carries the baggage of
/// a caller. An activity that is started is not the current one: what an acquisition calls sees none.
/// </remarks>
internal static class Spans
{
    internal const string GetToken = "authcode get_token";
    internal const string TokenRequest = "authcode token_request";
    internal const string Store = "authcode store";

    private static readonly ActivitySource Source = new(Instruments.Name);

    /// <summary>Whether anyone listens.</summary>
    internal static bool AreWanted => Source.HasListeners();

    /// <summary>What the running code is part of.</summary>
    internal static ActivityContext Outer => AreWanted ? Activity.Current?.Context ?? default : default;

    /// <summary>Starts an activity; <see langword="null"/> if nobody wants it.</summary>
    internal static Activity? Start(string name, ActivityKind kind, ActivityContext parent, DateTimeOffset now)
    {
        if (!AreWanted)
        {
            return null;
        }

        Activity? current = Activity.Current;
        try
        {
            // Without a parent of its own, an activity would be a child of the current one.
            Activity.Current = null;
            return Source.StartActivity(name, kind, parent, startTime: now);
        }
        catch (Exception)
        {
            return null;
        }
        finally
        {
            Activity.Current = current;
        }
    }

    /// <summary>Ends an activity, with the attributes of what was measured. The current activity stays what it is.</summary>
    internal static void End(Activity activity, TimeSpan duration, in TagList tags, bool isFailed)
    {
        Activity? current = Activity.Current;
        try
        {
            foreach ((string name, object? value) in tags)
            {
                activity.SetTag(name, value);
            }

            if (isFailed)
            {
                activity.SetStatus(ActivityStatusCode.Error);
            }

            activity.SetEndTime(activity.StartTimeUtc + duration);
            activity.Stop();
        }
        catch (Exception)
        {
            // It is the listener's own.
        }
        finally
        {
            Activity.Current = current;
        }
    }
}
