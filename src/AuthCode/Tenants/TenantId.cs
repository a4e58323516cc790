namespace AuthCode;

/// <summary>A tenant: a GUID or a domain name, safe as a path segment, and equal to another whatever the case of its letters.</summary>
/// <remarks>Labels of letters, digits and inner hyphens (1 to 63 each) joined by dots, 253 characters at most; so neither <c>.</c> nor <c>..</c>.</remarks>
internal readonly record struct TenantId
{
    internal const string Rule = "a GUID or a domain name (letters, digits and '-' in labels joined by '.')";
    private const int LongestName = 253;
    private const int LongestLabel = 63;
    private const string AdfsName = "adfs";

    private TenantId(string value) => Value = value;

    /// <summary>The tenant as it was written first, which is how it goes into a URL.</summary>
    internal readonly string Value;

    /// <summary>AD FS has one tenant, and endpoints of its own.</summary>
    internal bool IsAdfs => string.Equals(Value, AdfsName, StringComparison.OrdinalIgnoreCase);

    public bool Equals(TenantId other) => string.Equals(Value, other.Value, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => QuickHash.Of(Value);

    public override string ToString() => Value;

    /// <summary>A name to look up with, which nobody has checked: it equals a tenant, or nothing that is kept.</summary>
    internal static TenantId Unchecked(string text) => new(text);

    internal static bool TryParse(string? text, out TenantId tenant)
    {
        if (text is null || !IsValid(text))
        {
            tenant = default;
            return false;
        }

        tenant = new TenantId(text);
        return true;
    }

    private static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LongestName)
        {
            return false;
        }

        while (true)
        {
            int dot = text.IndexOf('.');
            if (!IsLabel(dot < 0 ? text : text[..dot]))
            {
                return false;
            }

            if (dot < 0)
            {
                return true;
            }

            text = text[(dot + 1)..];
        }
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        foreach (char c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return false;
            }
        }

        return label.Length is > 0 and <= LongestLabel && label[0] != '-' && label[^1] != '-';
    }
}
