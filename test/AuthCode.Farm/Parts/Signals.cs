using System.Diagnostics;

namespace AuthCode.Farm.Parts;

/// <summary>The signals of a Unix system.</summary>
internal static class Signals
{
    internal static void Send(this Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }
}
