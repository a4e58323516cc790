using System.Text;

namespace AuthCode.Tests.Faults;

/// <summary>What is left of a grant after a fault.</summary>
public enum Left
{
    /// <summary>The next call sends it again.</summary>
    TheGrant,

    /// <summary>A code is spent: the next call fails with the same reason and sends nothing.</summary>
    Nothing,
}

/// <summary>The faults that end a call, with the requests that they take and what they leave of a code.</summary>
internal static class FaultRows
{
    private static readonly string Nested = string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70);

    internal static IEnumerable<TestCaseData> All()
    {
        yield return Row("F-7 truncated, with a length", Left.Nothing, 1, React.Truncated(withLength: true));
        yield return Row("F-7 truncated, without a length", Left.Nothing, 1, React.Truncated(withLength: false));
        yield return Row("F-8 an endless body", Left.Nothing, 1, React.Endless());
        yield return Row("F-9 a gzip bomb", Left.Nothing, 1, React.GzipBomb());
        yield return Row("F-10 another content type", Left.Nothing, 1, React.Raw(Encoding.UTF8.GetBytes(Answer.TokenJson()), "text/plain"));
        yield return Row("F-10 no content type", Left.Nothing, 1, React.Raw(Encoding.UTF8.GetBytes(Answer.TokenJson()), contentType: null));
        yield return Row("F-11 a page with 200", Left.Nothing, 1, React.Html("200 OK"));
        yield return Row("F-11 a page with 404", Left.TheGrant, 1, React.Html("404 Not Found"));
        yield return Row("F-12 an error with 200", Left.Nothing, 1, React.Json("""{"error":"invalid_grant"}"""));
        yield return Row("F-12 an error and a token with 200", Left.Nothing, 1, React.Json("""{"error":"invalid_grant","access_token":"a","token_type":"Bearer"}"""));
        yield return Row("F-13 400 without a body", Left.TheGrant, 1, React.Raw([], status: "400 Bad Request"));
        yield return Row("F-14 a member twice", Left.Nothing, 1, React.Json("""{"access_token":"a","access_token":"b","token_type":"Bearer"}"""));
        yield return Row("F-18 no token type", Left.Nothing, 1, React.Json("""{"access_token":"a"}"""));
        yield return Row("F-18 another token type", Left.Nothing, 1, React.Json("""{"access_token":"a","token_type":"mac"}"""));
        yield return Row("F-19 a line break in the token", Left.Nothing, 1, React.Json("""{"access_token":"a\r\nb","token_type":"Bearer"}"""));
        yield return Row("F-19 a NUL in the token", Left.Nothing, 1, React.Json("""{"access_token":"a\u0000b","token_type":"Bearer"}"""));
        yield return Row("F-25 500 twice", Left.Nothing, 2, React.Html("500 Oops"), React.Html("500 Oops"));
        yield return Row("F-27 the connection ends after the request, twice", Left.Nothing, 2, React.Close(), React.Close());
        yield return Row("F-27 the connection is reset after the request, twice", Left.Nothing, 2, React.Reset(), React.Reset());
        yield return Row("F-28 the connection is reset before the request is read, twice", Left.Nothing, 2, React.ResetUnread, React.ResetUnread);
        yield return Row("F-39 a lone surrogate", Left.Nothing, 1, React.Json("""{"access_token":"\ud800","token_type":"Bearer"}"""));
        yield return Row("F-39 invalid UTF-8", Left.Nothing, 1, React.Raw([.. "{\"access_token\":\""u8, 0xC3, 0x28, .. "\",\"token_type\":\"Bearer\"}"u8]));
        yield return Row("F-40 nested deeply", Left.Nothing, 1, React.Json(Nested));
        yield return Row("F-53 headers without end, twice", Left.Nothing, 2, React.LongHeaders(), React.LongHeaders());
        yield return Row("F-53 interim answers without end, twice", Left.Nothing, 2, React.InterimAnswers(), React.InterimAnswers());
        yield return Row("T invalid_grant", Left.Nothing, 1, React.Error("invalid_grant"));
        yield return Row("T invalid_client", Left.TheGrant, 1, React.Error("invalid_client"));
        yield return Row("T interaction_required", Left.TheGrant, 1, React.Error("interaction_required"));

        static TestCaseData Row(string name, Left left, int requests, params Reaction[] reactions) =>
            new TestCaseData(reactions, requests, left).SetArgDisplayNames(name);
    }
}
