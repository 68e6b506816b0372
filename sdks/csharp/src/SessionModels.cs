namespace Gatepass.Sdk
{
    /// <summary>Who signs in.</summary>
    public class ApiRestV2SessionLoginRequest : Model
    {
        /// <summary>Makes an empty one.</summary>
        public ApiRestV2SessionLoginRequest()
        {
        }

        /// <summary>Makes one of its properties.</summary>
        public ApiRestV2SessionLoginRequest(string userName, string password, bool? rememberMe = null)
        {
            UserName = userName;
            Password = password;
            RememberMe = rememberMe;
        }

        [Wire("userName")] public string UserName { get; set; }

        [Wire("password", Secret = true)] public string Password { get; set; }

        [Wire("rememberMe")] public bool? RememberMe { get; set; }
    }

    /// <summary>Whom a token is for.</summary>
    public class ApiRestV2SessionGettokenRequest : Model
    {
        /// <summary>Makes an empty one.</summary>
        public ApiRestV2SessionGettokenRequest()
        {
        }

        /// <summary>Makes one of its properties.</summary>
        public ApiRestV2SessionGettokenRequest(
            string userName, string password, string tokenExpiryDuration = null)
        {
            UserName = userName;
            Password = password;
            TokenExpiryDuration = tokenExpiryDuration;
        }

        [Wire("userName")] public string UserName { get; set; }

        [Wire("password", Secret = true)] public string Password { get; set; }

        /// <summary>Seconds.</summary>
        [Wire("tokenExpiryDuration")] public string TokenExpiryDuration { get; set; }
    }

    /// <summary>A session (TokenType Cookie, Token empty) or a token (Bearer).</summary>
    public class SessionLoginResponse : Model
    {
        /// <summary>Makes an empty one.</summary>
        public SessionLoginResponse()
        {
        }

        /// <summary>Makes one of its properties.</summary>
        public SessionLoginResponse(
            string userName = null,
            string token = null,
            string tokenCreatedTime = null,
            string tokenExpiryDuration = null,
            string tokenType = null)
        {
            UserName = userName;
            Token = token;
            TokenCreatedTime = tokenCreatedTime;
            TokenExpiryDuration = tokenExpiryDuration;
            TokenType = tokenType;
        }

        [Wire("userName")] public string UserName { get; set; }

        [Wire("token", Secret = true)] public string Token { get; set; }

        /// <summary>Milliseconds since 1970.</summary>
        [Wire("tokenCreatedTime")] public string TokenCreatedTime { get; set; }

        /// <summary>Seconds.</summary>
        [Wire("tokenExpiryDuration")] public string TokenExpiryDuration { get; set; }

        [Wire("tokenType")] public string TokenType { get; set; }
    }
}
