using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Gatepass.Sdk;

/// <summary>JSON and models.</summary>
public static class ChecksOfData
{
    private const string Secret = "Of-The-Tests-1";

    /// <summary>Much of it passes the base library's reader.</summary>
    public static void What_is_not_json_is_refused()
    {
        var texts = new[]
        {
            "", " ", "{", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "{'a':1}", "[1 2]", "[1,,2]",
            "[1,]", "[", "[1}", "01", "-", "1.", ".5", "+1", "1e", "0x1", "NaN", "Infinity", "tru", "nul", "True",
            "\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "{} {}", "true false", "<html></html>",
            "// a\n1", new string('[', 100000), "\ufeff{}",
        };
        foreach (var text in texts)
        {
            var wrong = Check.Throws<FormatException>(() => GatepassJson.Read<object>(text));
            Check.That(!text.Contains("html") || !wrong.Message.Contains("html"), "it is quoted");
        }
    }

    public static void What_is_json_is_read()
    {
        Check.Same(12L, GatepassJson.Read<object>(" 12 "));
        Check.Same(-0.5, GatepassJson.Read<object>("-5e-1"));
        Check.Same(1e30, GatepassJson.Read<object>("1000000000000000000000000000000"));
        Check.Same(null, GatepassJson.Read<object>("null"));
        Check.Same(true, GatepassJson.Read<object>("true"));
        Check.Same("\"\\/\b\f\n\r\t☀\U0001F600", GatepassJson.Read<string>("\"\\\"\\\\\\/\\b\\f\\n\\r\\t☀\\uD83D\\uDE00\""));
        var nested = GatepassJson.Read<Dictionary<string, object>>("{\"__type\":[{},[]],\"a b\":{\"\":1}}");
        Check.Same("{\"__type\":[{},[]],\"a b\":{\"\":1}}", GatepassJson.Write(nested));
    }

    public static void What_is_written_is_read_again()
    {
        foreach (var text in new[] { "Zoë ☀ \U0001F600", "a \"quoted\" \\ name", "\u0000\u001f\u007f\u2028", "</script>" })
        {
            var written = GatepassJson.Write(new[] { text });
            Check.That(written.All(one => one >= ' ' && one <= '~'), written);
            Check.Same(text, ((List<object>)GatepassJson.Read<object>(written))[0]);
        }
        Check.Same("[1.5,-7,true,null]", GatepassJson.Write(new object[] { 1.5, -7, true, null }));
    }

    public static void What_does_not_fit_is_named_but_not_shown()
    {
        var wrong = Check.Throws<FormatException>(() => GatepassJson.Read<FilterRule>(
            "{\"column_name\":\"a\",\"operator\":\"" + Secret + "\",\"values\":[]}"));
        Check.That(wrong.Message.StartsWith("operator is not one of EQ, NE"), wrong.Message);
        wrong = Check.Throws<FormatException>(() => GatepassJson.Read<OrgReference>("{\"id\":\"7\"}"));
        Check.Same("id is not a whole number", wrong.Message);
        wrong = Check.Throws<FormatException>(() => GatepassJson.Read<OrgReference>("{\"id\":7000000000}"));
        Check.Same("id is not a number of 32 bits", wrong.Message);
        wrong = Check.Throws<FormatException>(() => GatepassJson.Read<Scope>("{\"access_type\":\"FULL\"}"));
        Check.Same("org_id is not there", wrong.Message);
    }

    /// <summary>Walks every model: what may hold a secret says nothing of it.</summary>
    public static void No_secret_shows_in_the_text_of_a_model()
    {
        var secrets = new[] { "Password", "SecretKey", "Token", "Key" };
        var walked = 0;
        foreach (var type in typeof(Model).Assembly.GetTypes().Where(one => one.IsSubclassOf(typeof(Model))))
        {
            var held = type.GetProperties().Where(one => secrets.Contains(one.Name)).ToList();
            if (type.IsAbstract || held.Count == 0)
            {
                continue;
            }
            var model = (Model)Activator.CreateInstance(type, true);
            foreach (var one in held)
            {
                // A private setter is seen only on the type that declares it.
                one.DeclaringType.GetProperty(one.Name).SetValue(model, Secret);
            }
            walked++;
            Check.That(GatepassJson.Write(model).Contains(Secret), type.Name + " loses it");
            Check.That(!model.ToString().Contains(Secret), model.ToString());
            Check.That(model.ToString().StartsWith(type.Name), model.ToString());
        }
        Check.Same(13, walked);
        var settings = GatepassJson.Read<AuthSettings>(
            "{\"auth_type\":\"T\",\"cluster_preferences\":{\"auth_status\":\"ENABLED\",\"access_tokens\":"
            + "[{\"key\":\"" + Secret + "\"}]}}");
        Check.Same(
            "AuthSettings(AuthType=T, ClusterPreferences=ClusterPreferences(AuthStatus=ENABLED, "
            + "AccessTokens=[TrustedKey()]))",
            settings.ToString());
    }

    public static void Models_that_say_the_same_are_equal()
    {
        var one = new ApiRestV2SessionLoginRequest("ann", Secret, true);
        var other = new ApiRestV2SessionLoginRequest { UserName = "ann", Password = Secret, RememberMe = true };
        Check.Same(one, other);
        Check.Same(one.GetHashCode(), other.GetHashCode());
        other.Password = "another";
        Check.That(!one.Equals(other), "a password counts");
        Check.That(!one.Equals(null) && !one.Equals(Secret), "equal to nothing of another kind");
        Check.Same(new SessionLoginResponse(tokenType: "Cookie"), new SessionLoginResponse { TokenType = "Cookie" });
    }

    public static void Times_are_dates_too()
    {
        var token = GatepassJson.Read<TokenValidation>(
            "{\"creation_time_in_millis\":1748850032114,\"expiration_time_in_millis\":1748850332114,"
            + "\"scope\":{\"access_type\":\"FULL\",\"org_id\":0},\"valid_for_user_id\":\"u\",\"token_type\":\"B\"}");
        Check.Same(new DateTimeOffset(2025, 6, 2, 7, 40, 32, 114, TimeSpan.Zero), token.CreatedAt);
        Check.Same(TimeSpan.FromMinutes(5), token.ExpiresAt - token.CreatedAt);
    }
}
